// SPDX-License-Identifier: Apache-2.0
import Testing

/// What becomes of a command whose output goes nowhere.
@Suite struct OutputTests {
  @Test(
    "what could not be printed is no success",
    arguments: ["board schema", "board wiring pi5-rover", "board list", "doctor"],
    ["/dev/full", "&-"])
  func lost(command: String, place: String) throws {
    let line = "umwelt \(command) --boards \(Repository.boards) >\(place)"
    let result = try Command.shell(
      command == "board schema" ? "umwelt board schema >\(place)" : line)
    #expect(result.code == 1, "\(result.errors)")
    #expect(result.errors.contains("standard output: not all of it was written"))
  }

  @Test("a run that two faults ended tells of both")
  func bothReasons() throws {
    let faults = ["--inject", "power:stuck@1", "--inject", "grid:stuck@1"]
    let run =
      ["run", "--board", "sim-rover-full", "--boards", Repository.boards, "--lockstep"]
      + ["--planner", "random", "--seconds", "6"] + faults
    let text = try Command.run(run).output
    #expect(text.contains("stopped: a distance or temperature sensor stopped answering"))
    #expect(text.contains("\n  also       the chip that watches the battery"), "\(text)")
    let json = try Command.run(run + ["--json"]).output
    #expect(json.contains("\"state\": \"stopped: staleGrid\""))
    #expect(json.contains("\"active\": \"staleGrid, staleSupply\""), "\(json)")
  }

  /// Held, killed or without a reader a robot would keep its motors' last command.
  @Test(
    "a signal that holds or ends a process stops the robot first",
    arguments: ["TSTP", "TTIN", "TTOU", "QUIT", "PIPE", "INT", "TERM", "HUP"])
  func signals(_ signal: String) throws {
    let result = try Command.shell(
      """
      timeout --foreground --preserve-status -k 4 -s \(signal) 1 "$binary" run --real-time \\
        --board sim-balance --boards \(Repository.boards); echo code $?
      """)
    #expect(result.output.contains("stopped: "), "\(result.errors)")
    #expect(result.output.contains("code 1"))
  }

  @Test("a file is never opened as a closed standard output")
  func closed() throws {
    let folder = TemporaryFolder()
    let picture = folder.path + "/view.png"
    let result = try Command.shell(
      "umwelt look --boards \(Repository.boards) --out \(picture) <&- >&- 2>&-")
    #expect(result.code == 0)
    #expect(TemporaryFolder.read(picture).starts(with: [0x89, 0x50, 0x4E, 0x47]))
  }
}
