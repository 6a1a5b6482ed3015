// SPDX-License-Identifier: Apache-2.0
import Board
import Testing

/// `umwelt calibrate motors` where both wheels have encoders.
@Suite struct CalibrateEncoderMotorsTests {
  private static let board = "sim-rover-full"
  private let fixture = CalibrationFixture()

  /// Standard input stays open until the command ends, as a terminal does.
  private func calibrate(_ arguments: String = "") throws -> Command.Result {
    let fifo = fixture.state.path + "/input"
    defer { fixture.state.remove("input") }
    return try Command.shell(
      "mkfifo '\(fifo)'; exec 9<>'\(fifo)'; echo yes >&9; "
        + (["umwelt"] + fixture.command("motors", board: Self.board)).joined(separator: " ")
        + " \(arguments) <&9")
  }

  @Test("the true dead bands are found, both ways, without a roll straight on")
  func deadBands() throws {
    let result = try calibrate()
    #expect(result.code == 0, "\(result.errors)")
    #expect(result.output.contains("The robot's wheels will MOVE, one at a time"))
    #expect(result.output.contains("[2/2] right: forward, then backward"))
    #expect(result.output.contains("both are wired as board.yaml says"))
    let motors = try #require(try fixture.loaded(Self.board)?.motors)
    #expect(motors.map(\.name) == ["left", "right"])
    for motor in motors {
      // An encoder of 576 counts is late to notice the first creeping.
      #expect(abs(motor.forwardDeadBand - 0.08) < 0.012)
      #expect(abs(motor.backwardDeadBand - 0.08) < 0.012)
      #expect(motor.fit > 0.95)
    }
    // A wheel of the board's 0.5 m/s turns a robot of 0.4 m by 1.25 rad/s: right wheels left.
    #expect(abs(motors[0].turnRadS + 1.25) < 0.15 && abs(motors[1].turnRadS - 1.25) < 0.15)
  }

  @Test(
    "what is wired or counted otherwise than the board says is found out, and nothing is saved",
    arguments: [
      ("swapped", "'left' turns the wheel whose encoder is called 'right'"),
      ("encoders-swapped", "'left' turns the wheel whose encoder is called 'right'"),
      ("left-inverted", "so its motor is the wrong way round"),
      ("right-inverted", "'right' counts backward when told forward. The wheel went backward"),
      ("left-encoder-inverted", "'left' counts backward when told forward. The wheel went forward"),
      ("wrong-counts", "Check counts_per_turn")
    ])
  func wrong(flaw: String, message: String) throws {
    let result = try calibrate("--flaw \(flaw)")
    #expect(result.code == 1)
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(result.errors.lowercased().contains("nothing was saved"))
    #expect(!fixture.state.names.contains("calibration.yaml"))
  }

  @Test(
    "a fault stops it and is named",
    arguments: [
      ("encoders:off@2", "a motor is driven but its wheel does not turn"),
      ("encoders:garbage@3", "a wheel encoder lost count"),
      ("wheels:stuck@3", "a motor is driven but its wheel does not turn"),
      ("stop:off@3", "the emergency stop is pressed, or its wire is broken"),
      ("power:off@3", "stopped: ")
    ])
  func fault(injection: String, message: String) throws {
    let result = try calibrate("--inject \(injection)")
    #expect(result.code == 1)
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(!fixture.state.names.contains("calibration.yaml"))
  }

  @Test("what this robot cannot have broken is refused as bad usage, with what it can")
  func impossible() throws {
    let absent = try calibrate("--inject trigger:off")
    #expect(absent.code == 2)
    #expect(absent.errors.contains("this robot has no trigger to break (it has: imu, pwm, power"))
    let wrong = try calibrate("--inject stop:slow")
    #expect(wrong.code == 2)
    #expect(wrong.errors.contains("stop cannot be slow, only ok, off, stuck"))
  }
}
