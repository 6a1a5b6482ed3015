// SPDX-License-Identifier: Apache-2.0
import Board
import Estimation
import Quantities
import Testing

/// `umwelt calibrate imu` through the real driver, the fake chip and a simulated hand.
@Suite struct CalibrateImuTests {
  private let fixture = CalibrationFixture()

  /// The hand is 0.2 deg off square: g sin 0.2 deg = 0.034 m/s2, at most twice that together.
  private func expectTruth() throws {
    let calibration = try #require(try fixture.loaded()).perceived
    let error = CalibrationFixture.accelErrorMS2(calibration)
    #expect(error.raw > 0.3, "there was something to find")
    #expect(error.corrected < 0.07)
    let bias = calibration.gyroBiasRadS - CalibrationFixture.gyroBiasRadS
    #expect(bias.norm < radians(degrees: 0.05))
    #expect(calibration.temperatureC.map { abs($0 - 25) < 0.1 } == true)
  }

  @Test("six faces find the chip's true errors, step by step")
  func whole() throws {
    let result = try fixture.calibrate("imu", "--yes")
    #expect(result.code == 0, "\(result.errors)")
    for step in ["[1/6] Put it upright", "[6/6] ", "quality ", "Saved in ", "Next: "] {
      #expect(result.output.contains(step), "\(step)")
    }
    try expectTruth()
    #expect(fixture.state.names == ["calibration.yaml"])
  }

  @Test("JSON is one object on standard output, and the guidance goes to standard error")
  func json() throws {
    let result = try fixture.calibrate("imu", "--yes", "--json")
    #expect(result.code == 0)
    #expect(result.output.hasPrefix(#"{"board": "sim-rover", "calibration": "imu", "file": "#))
    #expect(result.output.split(separator: "\n").count == 1)
    #expect(result.output.contains(#""resumed_faces": 0"#))
    #expect(result.errors.contains("[3/6] Put it nose up, and let go."))
  }

  @Test("after an interruption it goes on with the sides that are left")
  func resumed() throws {
    let first = try fixture.calibrate("imu", "--yes", "--flaw", "tired")
    #expect(first.code == 1)
    #expect(first.errors.contains("no new side came to rest within 60 s."))
    #expect(first.errors.contains("run the same command again to go on"))
    #expect(fixture.state.names == ["calibration.partial.yaml"])
    #expect(try fixture.progress()?.faces.map(\.face) == [.upright, .upsideDown, .noseUp])
    let second = try fixture.calibrate("imu", "--yes")
    #expect(second.code == 0, "\(second.errors)")
    #expect(second.output.contains("3 of 6 sides are done already."))
    #expect(second.output.contains("[4/6] Put it nose down"))
    #expect(!second.output.contains("[3/6]"))
    #expect(fixture.state.names == ["calibration.yaml"])
    try expectTruth()
  }

  @Test("--restart forgets the sides that are done")
  func restart() throws {
    _ = try fixture.calibrate("imu", "--yes", "--flaw", "tired")
    let result = try fixture.calibrate("imu", "--yes", "--restart")
    #expect(result.code == 0)
    #expect(result.output.contains("[1/6] Put it upright"))
  }

  @Test("ctrl-C ends it at once and keeps what is done")
  func interrupted() throws {
    let words = fixture.command("imu", board: "sim-rover").joined(separator: " ")
    let result = try Command.shell("timeout -s INT 5 $binary \(words) --yes --real-time")
    #expect(result.errors.contains("interrupted. What was done is saved"))
    #expect(fixture.state.names == ["calibration.partial.yaml"])
    #expect(try fixture.progress()?.faces.first?.face == .upright)
  }

  @Test("a hand that shakes is refused, with what moved, and nothing is changed")
  func shaking() throws {
    let result = try fixture.calibrate("imu", "--yes", "--flaw", "shaking")
    #expect(result.code == 1)
    #expect(result.errors.contains("no new side came to rest"))
    #expect(result.errors.contains("axis shook"))
    #expect(result.errors.contains("Nothing was changed."))
    #expect(fixture.state.names.isEmpty)
  }

  @Test("a side put down crooked is refused, and the contradicting sides are forgotten")
  func crooked() throws {
    let result = try fixture.calibrate("imu", "--yes", "--flaw", "crooked")
    #expect(result.code == 1)
    #expect(result.errors.contains("not good enough: the faces contradict each other"))
    #expect(fixture.state.names.isEmpty)
  }

  @Test("without a terminal it wants --yes")
  func needsYes() throws {
    let result = try fixture.calibrate("imu", after: "</dev/null")
    #expect(result.code == 2)
    #expect(result.errors.contains("add --yes"))
    #expect(fixture.state.names.isEmpty)
  }

  @Test("the balancer's IMU is calibrated alike")
  func balance() throws {
    let result = try fixture.calibrate("imu", "--yes", board: "sim-balance")
    #expect(result.code == 0, "\(result.errors)")
    #expect(fixture.text.contains("board: sim-balance"))
  }
}
