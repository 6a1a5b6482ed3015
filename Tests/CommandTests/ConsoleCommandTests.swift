// SPDX-License-Identifier: Apache-2.0
import Testing

/// The console of the built binary; `tools/console/tests.py` has it on terminals.
@Suite struct ConsoleCommandTests {
  @Test("a run serves its console, and the client tells how it stands and arms it")
  func serves() throws {
    let folder = TemporaryFolder()
    let (state, boards) = (folder.path, Repository.boards)
    let result = try Command.shell(
      """
      umwelt run --board sim-rover --boards '\(boards)' --planner noop --seconds 8 --json \
      --state '\(state)' --console '\(state)/s' > '\(state)/out' 2> '\(state)/err' &
      for i in $(seq 100); do [ -S '\(state)/s' ] && break; sleep 0.1; done
      printf 'status\\narm\\nset safety.ramp 1 s\\ndisarm\\nset safety.ramp 1 s\\nsave\\n' \
      | umwelt console --socket '\(state)/s'
      kill %1 2> /dev/null || kill $!
      wait
      """)
    #expect(result.output.contains("disarmed: the outputs are off"))
    #expect(result.output.contains("armed. Ctrl-X stops it."))
    #expect(result.output.contains("-> Disarm first."))
    #expect(result.output.contains("saved 1 value"))
    let saved = try Command.run(
      "board", "parameters", "sim-rover", "--boards", boards, "--state", state)
    let row = saved.output.split(separator: "\n").first { $0.hasPrefix("safety.ramp ") }
    #expect(row?.contains("1 s") == true && row?.contains("set") == true)
  }

  @Test("where nobody serves it says so, and exits with 3")
  func nobody() throws {
    let socket = try Command.run("console", "--socket", "/nowhere/console")
    #expect(socket.code == 3)
    #expect(socket.errors.contains("Is the service running?"))
    let port = try Command.run("console", "--port", "/dev/ttyNONE")
    #expect(port.code == 3)
    #expect(port.errors.contains("/dev/ttyNONE"))
  }

  @Test("nobody types in lockstep")
  func lockstep() throws {
    let result = try Command.run("run", "--lockstep", "--console", "/tmp/umwelt-console")
    #expect(result.code == 2)
    #expect(result.errors.contains("Leave out --console."))
  }

  @Test("a board's parameters are listed with what was saved wrongly named by its line")
  func parameters() throws {
    let boards = ["--boards", Repository.boards]
    let list = try Command.run(["board", "parameters", "sim-rover"] + boards)
    #expect(list.output.contains("planner.path_weight"))
    let json = try Command.run(["board", "parameters", "sim-rover", "--json"] + boards)
    #expect(json.output.contains(#""name": "safety.ramp", "value": "0.3 s""#))
    let folder = TemporaryFolder()
    let broken = try Command.shell(
      "printf 'board: sim-rover\\nsafety.ramp: 99 s\\n' > '\(folder.path)/parameters.yaml'; "
        + "umwelt board parameters sim-rover --boards '\(Repository.boards)' "
        + "--state '\(folder.path)'")
    #expect(broken.code == 2)
    #expect(broken.errors.contains("parameters.yaml:2"))
  }
}
