// SPDX-License-Identifier: Apache-2.0
import Board
import Foundation
import Testing

/// Mistakes of the file as a whole: its bytes, its YAML, its name.
@Suite struct BoardFileTests {
  @Test func aSyntaxErrorHasItsLine() {
    let found = problems(Fixture.with("decision: 0.3 s}", "decision: 0.3 s"))
    #expect(found.map(\.kind) == [.syntax])
    #expect(found[0].place?.line == 7)
    #expect(found[0].description.contains("while parsing a flow mapping from line 6"))
  }

  @Test func aTabIsCalledATab() {
    let found = problems(Fixture.with("  chip: mpu6050", "\tchip: mpu6050"))
    #expect(found.map(\.kind) == [.syntax])
    #expect(found[0].place == Place(line: 8, column: 1))
    #expect(found[0].remedy == "A tab is in this line: YAML is indented with spaces only.")
  }

  @Test func aControlCharacterHasItsPlace() {
    let found = problems(Fixture.with("For tests", "For\u{1}tests"))
    #expect(found.map(\.kind) == [.syntax])
    #expect(found[0].place == Place(line: 2, column: 11))
  }

  @Test func aSecondDocumentIsRefused() {
    #expect(problems(Fixture.text + "---\nboard: two\n").map(\.kind) == [.syntax])
  }

  @Test(arguments: ["", "\n", "# nothing\n", "- a\n", "word", "[", "a: *b", "? [a]\n: b"])
  func textThatIsNoBoardIsRefused(_ text: String) {
    #expect(!problems(text).isEmpty)
  }

  @Test func deepNestingIsASyntaxError() {
    #expect(problems(String(repeating: "[", count: 100_000)).map(\.kind) == [.syntax])
  }

  @Test func aByteOrderMarkAndWindowsLineEndsDoNotMatter() {
    #expect(problems("\u{FEFF}" + Fixture.text).isEmpty)
    #expect(problems(Fixture.with("\n", "\r\n")).isEmpty)
    #expect(
      problems(Fixture.with("\n", "\r\n").replacing("gate: 100 Hz", with: "gate: 100"))
        .map { $0.place } == [Place(line: 6, column: 15)])
  }

  @Test func aFileThatIsNotUTF8IsRefusedWithThePlace() throws {
    var bytes = Array(Fixture.text.utf8)
    let title = try #require(Fixture.text.utf8.firstRange(of: Array("tests".utf8)))
    bytes[Fixture.text.utf8.distance(from: Fixture.text.startIndex, to: title.lowerBound)] = 0xE4
    try withBoards(["testbed": bytes]) { folder in
      let found = load("testbed", in: folder)
      #expect(
        found == [
          "\(folder)/testbed/board.yaml:2:12: not UTF-8 text. "
            + "Save the file as UTF-8 in your editor."
        ])
    }
  }

  @Test func aFileThatIsTooLargeIsRefused() throws {
    let bytes = [UInt8](repeating: UInt8(ascii: "#"), count: 1_000_001)
    try withBoards(["testbed": bytes]) { folder in
      #expect(
        load("testbed", in: folder) == [
          "\(folder)/testbed/board.yaml: larger than 1000000 bytes. "
            + "A board file is short text: check the path."
        ])
    }
  }

  @Test func anUnknownBoardListsWhatThereIs() throws {
    let bytes = Array(Fixture.text.utf8)
    try withBoards(["sim-rover": bytes, "sim-balance": bytes]) { folder in
      #expect(
        load("sim-rovr", in: folder) == [
          "\(folder): no board is called 'sim-rovr'. Did you mean 'sim-rover'? "
            + "boards here: sim-balance, sim-rover."
        ])
      #expect(
        load("zebra", in: folder) == [
          "\(folder): no board is called 'zebra'. boards here: sim-balance, sim-rover."
        ])
      #expect(
        load("sim-rover", in: folder).first?.contains("lies in the folder 'sim-rover'") == true)
    }
  }

  @Test func aBoardLoadsByNameByFolderAndByFile() throws {
    try withBoards(["testbed": Array(Fixture.text.utf8)]) { folder in
      for name in ["testbed", "\(folder)/testbed", "\(folder)/testbed/board.yaml"] {
        let board = try BoardDescription.load(name, boardsFolder: folder)
        #expect(board.modelPath == "\(folder)/testbed/model.safetensors")
      }
      #expect(try BoardDescription.list(boardsFolder: folder) == ["testbed"])
      let draft = "\(folder)/draft.yaml"
      try Data(Fixture.text.utf8).write(to: URL(fileURLWithPath: draft))
      #expect(try BoardDescription.load(path: draft).name == "testbed")
    }
  }

  @Test func anAbsentFileOrFolderIsNamed() {
    #expect(
      load("/nowhere/board.yaml", in: "/nowhere") == [
        "/nowhere/board.yaml: cannot open the board file (No such file or directory). "
          + "Check the path and its permissions."
      ])
    #expect(
      load("rover", in: "/nowhere") == [
        "/nowhere: cannot open the boards folder (No such file or directory). "
          + "Give the folder that holds the boards, or a path to one board.yaml."
      ])
  }

  /// The messages, or none when the board loads.
  private func load(_ name: String, in folder: String) -> [String] {
    do {
      _ = try BoardDescription.load(name, boardsFolder: folder)
      return []
    } catch {
      return error.problems.map(\.description)
    }
  }

  /// A folder of boards that is gone afterwards.
  private func withBoards(
    _ boards: [String: [UInt8]], _ body: (String) throws -> Void
  ) throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: root) }
    for (name, bytes) in boards {
      let folder = root.appendingPathComponent(name)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(bytes).write(to: folder.appendingPathComponent("board.yaml"))
    }
    try body(root.path)
  }
}
