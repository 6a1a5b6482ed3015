// SPDX-License-Identifier: Apache-2.0
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Limits are wide: `umwelt sim guard` measures, on a computer that has nothing else to do.
@Suite("umwelt and its guard", .serialized) struct GuardCommandTests {
  /// A machine behind a socket, in the background of a line of shell, ended with it. What runs in
  /// the background is named by its path: of a function the shell would only know its own copy.
  private func withMachine(_ line: String, in folder: TemporaryFolder) throws -> Command.Result {
    try Command.shell(
      """
      cd '\(folder.path)'
      "$binary" sim machine --boards '\(Repository.boards)' --socket m --report report 2>log &
      machine=$!
      for i in $(seq 500); do [ -S m ] && break; sleep 0.02; done
      \(line)
      code=$?
      kill $machine; wait $machine
      exit $code
      """)
  }

  private let run =
    "\"$binary\" run --boards '\(Repository.boards)' --machine m --planner random --arm --seconds 4"

  @Test("A machine behind a socket is driven, and says when its outputs were on")
  func machine() throws {
    let folder = TemporaryFolder()
    let result = try withMachine(run, in: folder)
    #expect(result.code == 0, "\(result.errors)")
    #expect(result.output.contains("planner random"))
    let report = String(decoding: TemporaryFolder.read(folder.path + "/report"), as: UTF8.self)
    let lines = report.split(separator: "\n")
    #expect(lines.first?.contains("\"safe\": false") == true)
    #expect(lines.last?.contains("\"safe\": true") == true)
  }

  @Test("Without a guard a run that asks for one does not begin, and names the guard")
  func noGuard() throws {
    let folder = TemporaryFolder()
    let result = try withMachine(run + " --guard words", in: folder)
    #expect(result.code == 3)
    #expect(result.errors.contains("Make the folder and start umwelt-guard --memory words first."))
  }

  @Test("With shared memory but no living guard it does not arm")
  func deadGuard() throws {
    let folder = TemporaryFolder()
    let result = try withMachine(
      """
      "$binary-guard" --memory words --standby MOTOR_STBY --machine m 2>guard & guard=$!
      for i in $(seq 500); do grep -q ready guard && break; sleep 0.02; done
      kill -9 $guard
      \(run) --guard words --seconds 20
      """, in: folder)
    #expect(result.code == 3)
    #expect(result.errors.contains("umwelt-guard does not answer"))
    #expect(TemporaryFolder.read(folder.path + "/report").isEmpty, "nothing was ever on")
  }

  @Test("With a guard it drives; killed, the outputs are off soon, and the next start is told why")
  func killed() throws {
    let folder = TemporaryFolder()
    let result = try withMachine(
      """
      "${binary}-guard" --memory words --standby MOTOR_STBY --machine m --record . 2>guard &
      guard=$!
      for i in $(seq 500); do [ -s words ] && break; sleep 0.02; done
      \(run) --guard words --seconds 60 &
      run=$!
      for i in $(seq 1000); do grep -q 'safe": false' report && break; sleep 0.02; done
      kill -9 $run
      for i in $(seq 500); do grep -q 'safe": true' report && break; sleep 0.02; done
      for i in $(seq 500); do [ -f guard.record ] && break; sleep 0.02; done
      \(run) --guard words --guard-record . --seconds 0.1
      kill $guard; wait $guard
      """, in: folder)
    let report = String(decoding: TemporaryFolder.read(folder.path + "/report"), as: UTF8.self)
    #expect(report.contains("\"safe\": true"), "\(result.errors)")
    #expect(result.errors.contains("last time the guard stopped the robot: the runtime fell"))
  }

  @Test("The bench of losses measures at the machine's chips", arguments: ["kill", "guard"])
  func bench(_ how: String) throws {
    let result = try Command.run(
      "sim", "guard", "--boards", Repository.boards, "--kills", "2", "--how", how, "--planner",
      "random", "--json", "--limit-ms", "4000")
    #expect(result.code == 0, "\(result.errors)")
    #expect(result.output.contains("\"times\": 2, \"never_safe\": 0"))
  }

  @Test("The guard's arguments for a board are what the guard takes")
  func arguments() throws {
    let rover = try Command.run("board", "guard", "sim-rover", "--boards", Repository.boards)
    #expect(
      rover.output
        == "--memory /run/umwelt-guard/memory --standby MOTOR_STBY --pwm i2c-1:0x40\n")
    let real = try Command.shell(
      """
      umwelt board guard pi5-rover --boards '\(Repository.boards)' --memory /nonexistent/m
      "${binary}-guard" $(umwelt board guard pi5-rover --boards '\(Repository.boards)')
      """)
    #expect(real.output.contains("--memory /nonexistent/m --standby pinctrl-rp1/"))
    #expect(real.output.contains("--output-enable pinctrl-rp1/"))
    #expect(real.output.contains("--watchdog /dev/watchdog"))
    #expect(real.code == 3, "read, and refused by a computer without these lines")
  }

  @Test("What makes no sense is refused with 2")
  func usage() throws {
    let alone = try Command.run("run", "--boards", Repository.boards, "--guard", "/tmp/x")
    #expect(alone.code == 2 && alone.errors.contains("Add --machine SOCKET"))
    let drill = try Command.run("run", "--boards", Repository.boards, "--drill")
    #expect(drill.code == 2 && drill.errors.contains("--machine SOCKET"))
    let none = try Command.run("sim", "guard", "--kills", "0")
    #expect(none.code == 2 && none.errors.contains("--kills is 0"))
    let report = try Command.run(
      "sim", "machine", "--boards", Repository.boards, "--socket", "/nonexistent/m")
    #expect(report.code == 3 && report.errors.contains("/nonexistent/m"))
    let folder = TemporaryFolder()
    let noReport = try Command.run(
      "sim", "machine", "--boards", Repository.boards, "--socket", folder.path + "/m",
      "--report", "/nonexistent/report")
    #expect(noReport.code == 1 && noReport.errors.contains("/nonexistent/report: cannot be made"))
    let idle = try Command.run(
      "sim", "guard", "--boards", Repository.boards, "--kills", "1", "--planner", "oracle")
    #expect(idle.code == 1 && idle.errors.contains("the runtime did not drive"))
  }

  @Test("A second runtime on one guard is refused with the first one's process")
  func secondRuntime() throws {
    let folder = TemporaryFolder()
    let result = try withMachine(
      """
      "$binary-guard" --memory words --standby MOTOR_STBY --machine m 2>guard & guard=$!
      for i in $(seq 500); do grep -q ready guard && break; sleep 0.02; done
      \(run) --guard words --seconds 20 2>first & first=$!
      for i in $(seq 500); do grep -q 'hold still' first && break; sleep 0.02; done
      \(run) --guard words; code=$?
      echo "first $first"
      kill $first $guard; (exit $code)
      """, in: folder)
    #expect(result.code == 3, "\(result.errors)")
    #expect(result.errors.contains("another runtime uses this shared memory, process "))
    let first = result.output.split(separator: "\n").first { $0.hasPrefix("first ") }?.dropFirst(6)
    #expect(first.map { result.errors.contains("process \($0)") } == true, "\(result.errors)")
  }

  @Test("board guard names every line, relays too, and refuses what a guard could not stop")
  func boardGuard() throws {
    let folder = TemporaryFolder()
    func board(_ more: String) -> String {
      folder.write(
        """
        extends: [\(Repository.boards)/computers/pi5.yaml, \(Repository.boards)/robots/rover.yaml]
        board: mine
        title: Mine
        machine: linux
        lines: {IMU_INT: GPIO17, MOTOR_STBY: GPIO27, PWM_OE: GPIO22, LAMP: GPIO5, PUMP: GPIO6}
        relays: [{name: lamp, line: LAMP}, {name: pump, line: PUMP}]
        \(more)
        """.utf8, "mine.yaml")
    }
    let fine = try Command.run("board", "guard", board(""))
    #expect(fine.code == 0, "\(fine.errors)")
    #expect(fine.output.contains("--relay pinctrl-rp1/5 --relay pinctrl-rp1/6"), "\(fine.output)")
    let own = board(
      "servos: [{name: grip, output: PWM0, pulse: [1000 us, 2000 us], limits: {position: [-1, 1], "
        + "rate: 2 /s, slew: 20 /s2}}]")
    let refused = try Command.run("board", "guard", own)
    #expect(refused.code != 0 && refused.output.isEmpty)
    #expect(refused.errors.contains("servo grip is on the computer's own PWM output PWM0"))
  }
}
