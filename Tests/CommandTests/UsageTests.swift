// SPDX-License-Identifier: Apache-2.0
import Testing

/// What the command says when it is used wrongly.
@Suite struct UsageTests {
  @Test("an unknown board is refused with what was probably meant")
  func anUnknownBoardIsRefusedWithWhatWasProbablyMeant() throws {
    let result = try Command.run(
      "sim", "evaluate", "--board", "sim-rovr", "--boards", Repository.boards)
    #expect(result.code == 2)
    #expect(result.errors.contains("no board is called 'sim-rovr'"))
    #expect(result.errors.contains("Did you mean 'sim-rover'?"))
    #expect(result.output.isEmpty)
  }

  @Test("an unknown option is refused by name, with the usage")
  func anUnknownOptionIsRefusedByNameWithTheUsage() throws {
    let result = try Command.run("board", "list", "--colour")
    #expect(result.code == 2)
    #expect(result.errors.contains("--colour"))
    #expect(result.errors.contains("Usage: umwelt board list"))
  }

  @Test("a number out of range is refused with the range", arguments: ["0", "1000001"])
  func aNumberOutOfRangeIsRefusedWithTheRange(episodes: String) throws {
    let result = try Command.run("sim", "collect", "--episodes", episodes, "--out", "/nowhere/x")
    #expect(result.code == 2)
    #expect(result.errors.contains("--episodes is \(episodes), but must be in 1...1000000."))
  }

  @Test("help is not an error")
  func helpIsNotAnError() throws {
    let result = try Command.run("--help")
    #expect(result.code == 0)
    for word in ["sim", "model", "board", "bench"] { #expect(result.output.contains(word)) }
    #expect(result.errors.isEmpty)
  }
}
