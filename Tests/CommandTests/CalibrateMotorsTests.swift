// SPDX-License-Identifier: Apache-2.0
import Board
import Testing

/// `umwelt calibrate motors`: it asks, it drives through the gate, and anything stops it.
@Suite struct CalibrateMotorsTests {
  private let fixture = CalibrationFixture()

  /// Standard input stays open until the command ends, as a terminal does.
  private func calibrate(_ arguments: String = "") throws -> Command.Result {
    let fifo = fixture.state.path + "/input"
    defer { fixture.state.remove("input") }
    return try Command.shell(
      "mkfifo '\(fifo)'; exec 9<>'\(fifo)'; echo yes >&9; "
        + (["umwelt"] + fixture.command("motors", board: "sim-rover")).joined(separator: " ")
        + " \(arguments) <&9")
  }

  @Test("the true dead bands are found, both ways")
  func deadBands() throws {
    let result = try calibrate("--json")
    #expect(result.code == 0, "\(result.errors)")
    #expect(result.errors.contains("The robot will MOVE"))
    #expect(result.errors.contains("both are wired as board.yaml says"))
    let motors = try #require(try fixture.loaded()?.motors)
    #expect(motors.map(\.name) == ["left", "right"])
    for motor in motors {
      #expect(abs(motor.forwardDeadBand - 0.08) < 0.005)
      #expect(abs(motor.backwardDeadBand - 0.08) < 0.005)
      #expect(motor.fit > 0.95)
    }
    #expect(result.output.contains(#""resumed_motors": 0, "motors": [{"name": "left", "#))
  }

  @Test(
    "motors that are wired otherwise than named are found out, and nothing is saved",
    arguments: [
      ("--flaw swapped", "'left' drives the right wheel and 'right' the left"),
      ("--flaw left-inverted", "'left' turns its wheel backward when told forward"),
      ("--flaw right-inverted", "write 'inverted: true' for it in board.yaml"),
      ("--flaw left-inverted --flaw right-inverted", "'right' turns its wheel backward"),
      ("--flaw swapped --flaw left-inverted", "exchange their plugs")
    ])
  func miswired(flaws: String, message: String) throws {
    let result = try calibrate(flaws)
    #expect(result.code == 1)
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(result.errors.contains("nothing was saved"))
    #expect(fixture.state.names.isEmpty)
  }

  @Test("a no, an empty line or nobody there moves nothing", arguments: ["echo no", "echo", "true"])
  func notConfirmed(line: String) throws {
    let result = try fixture.calibrate("motors", after: "\(line) |")
    #expect(result.code == 1)
    #expect(result.errors.contains("nothing was moved"))
    #expect(!result.output.contains("[1/3]"))
  }

  @Test("any key stops it, and so does a cut line", arguments: ["printf 'yes\\nx'", "echo yes"])
  func stopped(line: String) throws {
    let result = try fixture.calibrate("motors", after: "\(line) |")
    #expect(result.code == 1)
    #expect(result.errors.contains("stopped: a key was pressed, or the line to the operator"))
    #expect(!result.output.contains("moves from"))
  }

  @Test(
    "ctrl-C stops it, while it asks and while it drives",
    arguments: [("", "nothing was moved"), ("echo yes >&9;", "stopped: ")])
  func interrupted(typed: String, message: String) throws {
    let words = fixture.command("motors", board: "sim-rover").joined(separator: " ")
    let fifo = fixture.state.path + "/input"
    let result = try Command.shell(
      "mkfifo '\(fifo)'; exec 9<>'\(fifo)'; \(typed) "
        + "timeout --foreground -s INT 3 $binary \(words) --real-time <&9")
    fixture.state.remove("input")
    #expect(result.errors.contains(message))
    #expect(fixture.state.names.isEmpty)
  }

  @Test(
    "a fault stops it and is named",
    arguments: [
      ("imu:off@2", "the IMU stopped answering"), ("imu:stuck@2", "the IMU repeats one sample"),
      ("imu:garbage@2", "stopped: "), ("pwm:off@2", "a chip failed"),
      ("pwm:stuck@0.1", "but reads"), ("pwm:stuck@15.5", "but reads")
    ])
  func fault(injection: String, message: String) throws {
    let result = try calibrate("--inject \(injection)")
    #expect(result.code == 1)
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(!fixture.state.names.contains("calibration.yaml"))
  }

  @Test("after a fault in the second motor it goes on with that one")
  func resumed() throws {
    let first = try calibrate("--inject imu:off@10")
    #expect(first.code == 1)
    #expect(try fixture.progress()?.motors.map(\.name) == ["left"])
    let second = try calibrate()
    #expect(second.code == 0, "\(second.errors)")
    #expect(second.output.contains("[1/3] left: done already."))
    #expect(try fixture.loaded()?.motors.count == 2)
    #expect(fixture.state.names == ["calibration.yaml"])
  }

  @Test("a robot whose motors all turn together cannot be told apart by its gyro")
  func noDrive() throws {
    let result = try fixture.calibrate("motors", board: "sim-balance")
    #expect(result.code == 2)
    #expect(result.errors.contains("Calibrate this robot's motors with wheel encoders."))
  }
}
