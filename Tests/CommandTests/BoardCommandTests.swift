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

  @Test("a real robot's board lists its computer")
  func aRealRobotsBoardListsItsComputer() throws {
    let result = try Command.run("board", "list", "--boards", Repository.boards)
    let lines = result.output.split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("pi5-rover ") && $0.contains("  Raspberry Pi 5  ") })
  }

  @Test("a new board is fine, has its drawing, and is never overwritten")
  func aNewBoardIsFine() throws {
    let folder = TemporaryFolder()
    for name in ["computers", "robots"] {
      try folder.link(name, to: "\(Repository.boards)/\(name)")
    }
    let new = [
      "board", "new", "mine", "--computer", "orin-nano", "--robot", "rover", "--boards",
      folder.path
    ]
    let made = try Command.run(new)
    #expect(made.code == 0, "\(made.errors)")
    let file = "\(folder.path)/mine/board.yaml"
    #expect(try Command.run("board", "check", file).output == "\(file): fine\n")
    let drawing = String(
      decoding: TemporaryFolder.read("\(folder.path)/mine/wiring.svg"), as: UTF8.self)
    #expect(drawing.hasSuffix("</svg>\n"))
    let again = try Command.run(new)
    #expect(again.code == 2)
    #expect(again.errors.contains("mine: is there already and stays as it is"))
  }

  @Test(
    "a new board that cannot be is refused, and leaves nothing behind",
    arguments: [
      (["mine", "--computer", "pi6", "--robot", "rover"], "Did you mean 'pi4'?"),
      (["mine", "--computer", "pi5", "--robot", "rovr"], "Did you mean 'rover'?"),
      (["../mine", "--computer", "pi5", "--robot", "rover"], "is no name for a board"),
      (["9", "--computer", "pi5", "--robot", "rover"], "is no name for a board")
    ])
  func aNewBoardThatCannotBeIsRefused(arguments: [String], words: String) throws {
    let folder = TemporaryFolder()
    for name in ["computers", "robots"] {
      try folder.link(name, to: "\(Repository.boards)/\(name)")
    }
    let result = try Command.run(["board", "new"] + arguments + ["--boards", folder.path])
    #expect(result.code == 2)
    #expect(result.errors.contains(words), "\(result.errors)")
    #expect(folder.names.sorted() == ["computers", "robots"])
  }

  @Test("boards without computers are bad use; a folder that cannot be made is a failure")
  func aNewBoardThatCannotBeMade() throws {
    let nowhere = try Command.run(
      "board", "new", "mine", "--computer", "pi5", "--robot", "rover", "--boards", "/nowhere")
    #expect(nowhere.code == 2)
    #expect(nowhere.errors.contains("/nowhere/computers: cannot open"))
    let folder = TemporaryFolder()
    for name in ["computers", "robots"] {
      try folder.link(name, to: "\(Repository.boards)/\(name)")
    }
    // Longer than any file's name may be, once the mark of an unfinished folder is on it.
    let long = String(repeating: "a", count: 250)
    let result = try Command.run(
      "board", "new", long, "--computer", "pi5", "--robot", "rover", "--boards", folder.path)
    #expect(result.code == 1)
    #expect(result.errors.contains("cannot be made"))
  }

  @Test("the wiring is an SVG file, or a table with the parts")
  func theWiringIsAnSVGFileOrATable() throws {
    let folder = TemporaryFolder()
    let out = "\(folder.path)/wiring.svg"
    let drawn = try Command.run(
      "board", "wiring", "pi5-rover", "--boards", Repository.boards, "--out", out)
    #expect(drawn.code == 0 && drawn.output == "\(out): written\n")
    #expect(
      TemporaryFolder.read(out) == TemporaryFolder.read("\(Repository.boards)/pi5-rover/wiring.svg")
    )
    let table = try Command.run(
      "board", "wiring", "pi5-rover", "--boards", Repository.boards, "--text")
    #expect(table.code == 0)
    #expect(table.output.contains("IMU_INT     pin 11 (GPIO17)  MPU-6050 INT"))
    #expect(table.output.contains("dtparam=i2c_arm=on"))
    let parts = try Command.run("board", "parts", "pi5-rover", "--boards", Repository.boards)
    #expect(parts.output.contains("2  resistor 10 kOhm          R1, R2\n"))
  }

  @Test("a simulated robot has no wiring")
  func aSimulatedRobotHasNoWiring() throws {
    let result = try Command.run(
      "board", "wiring", "sim-rover", "--boards", Repository.boards)
    #expect(result.code == 2)
    #expect(result.errors.contains("simulated, so there is nothing to wire"))
  }

  @Test("a real robot's board runs simulated, and only when asked")
  func aRealRobotsBoardRunsSimulated() throws {
    let run = [
      "run", "--board", "pi5-rover", "--boards", Repository.boards, "--planner", "noop",
      "--seconds", "1", "--lockstep", "--json"
    ]
    let refused = try Command.run(run)
    #expect(refused.code == 2 && refused.errors.contains("Add --simulate"))
    let simulated = try Command.run(run + ["--simulate"])
    #expect(simulated.output.contains(#""board": "pi5-rover""#), "\(simulated.errors)")
    #expect(simulated.output.contains(#""state": "armed""#))
  }

  @Test("a real robot's board without a world is not simulated, and says what is missing")
  func aBoardWithoutAWorldIsNotSimulated() throws {
    let folder = TemporaryFolder()
    let rover = String(
      decoding: TemporaryFolder.read("\(Repository.boards)/sim-rover/board.yaml"), as: UTF8.self)
    let lines = rover.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.hasPrefix("world:") && !$0.hasPrefix("machine:") }
    let text =
      "extends: \(Repository.boards)/computers/pi5.yaml\nmachine: linux\n"
      + "lines: {IMU_INT: GPIO17, MOTOR_STBY: GPIO27}\n" + lines.joined(separator: "\n")
    let board = folder.write(text.utf8, "draft.yaml")
    let result = try Command.run(
      "run", "--board", board, "--simulate", "--planner", "noop", "--seconds", "1")
    #expect(result.code == 2)
    #expect(result.errors.contains("no `world` in board.yaml says what to simulate it in"))
  }
}
