// SPDX-License-Identifier: Apache-2.0
import Testing

@Suite struct BoardCommandTests {
  /// The rover's board file with a line of nonsense after its title, and that line's number.
  private func broken() throws -> (text: String, line: Int) {
    let bytes = TemporaryFolder.read("\(Repository.boards)/sim-rover/board.yaml")
    var lines = String(decoding: bytes, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    let title = try #require(lines.firstIndex { $0.hasPrefix("title:") })
    lines.insert("wobble: 3", at: title + 1)
    return (lines.joined(separator: "\n"), title + 2)
  }

  @Test("the repository's boards are listed with what they are")
  func theRepositorysBoardsAreListedWithWhatTheyAre() throws {
    let result = try Command.run("board", "list", "--boards", Repository.boards)
    #expect(result.code == 0)
    let lines = result.output.split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("sim-rover ") && $0.contains("simulated rover") })
    #expect(lines.contains { $0.hasPrefix("sim-balance ") && $0.contains("simulated balance") })
  }

  @Test("the list is also JSON, in one line")
  func theListIsAlsoJSONInOneLine() throws {
    let result = try Command.run("board", "list", "--boards", Repository.boards, "--json")
    #expect(result.code == 0)
    #expect(result.output.hasPrefix(#"{"boards": [{"name": "#))
    #expect(result.output.contains(#""name": "sim-rover""#))
    #expect(result.output.split(separator: "\n").count == 1)
  }

  @Test("a folder without boards is refused with its path")
  func aFolderWithoutBoardsIsRefusedWithItsPath() throws {
    let result = try Command.run("board", "list", "--boards", "/nowhere/boards")
    #expect(result.code == 2)
    #expect(result.errors.contains("/nowhere/boards: cannot open the boards folder"))
  }

  @Test("the repository's boards are fine", arguments: ["sim-rover", "sim-balance"])
  func theRepositorysBoardsAreFine(board: String) throws {
    let file = "\(Repository.boards)/\(board)/board.yaml"
    let result = try Command.run("board", "check", file)
    #expect(result.code == 0)
    #expect(result.output == "\(file): fine\n")
    #expect(result.errors.isEmpty)
  }

  @Test("a bad key is reported at its line and column, and the other files are still checked")
  func aBadKeyIsReportedAtItsLineAndColumn() throws {
    let folder = TemporaryFolder()
    let (text, line) = try broken()
    let bad = folder.write(text.utf8, "draft.yaml")
    let good = "\(Repository.boards)/sim-balance/board.yaml"
    let result = try Command.run("board", "check", bad, good)
    #expect(result.code == 2)
    #expect(result.errors.hasPrefix("\(bad):\(line):1: "))
    #expect(result.errors.contains("wobble"))
    #expect(result.output == "\(good): fine\n")
  }

  @Test("a file that is not there is refused with its path")
  func aFileThatIsNotThereIsRefusedWithItsPath() throws {
    let result = try Command.run("board", "check", "/nowhere/board.yaml")
    #expect(result.code == 2)
    #expect(result.errors.contains("/nowhere/board.yaml: cannot open the board file"))
  }

  @Test("the schema is one JSON object")
  func theSchemaIsOneJSONObject() throws {
    let result = try Command.run("board", "schema")
    #expect(result.code == 0)
    #expect(result.output.hasPrefix("{\n") && result.output.hasSuffix("}\n"))
    #expect(result.output.contains("json-schema.org/draft-07"))
  }
}
