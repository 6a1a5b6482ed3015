// SPDX-License-Identifier: Apache-2.0
import Board
import Estimation
import Simulation
import Testing

/// `umwelt calibrate camera` and `magnetometer`: the simulated hand sways and tumbles the robot.
@Suite struct CalibrateHandTests {
  private let fixture = CalibrationFixture()

  @Test("the camera's delay is found against the true one")
  func camera() throws {
    let result = try fixture.calibrate("camera", "--yes")
    #expect(result.code == 0, "\(result.errors)")
    let camera = try #require(try fixture.loaded()?.camera)
    // The IMU's own low-pass filter (44 Hz) delays what it stamps by 1 / (2 pi 44 Hz) = 3.6 ms.
    #expect(abs(camera.delayS - (HandWorld.cameraDelayS - 0.0036)) < 0.005)
    #expect(camera.correlation > 0.95)
  }

  @Test("a dark room is refused, and says to give light")
  func dark() throws {
    let result = try fixture.calibrate("camera", "--yes", "--flaw", "dark")
    #expect(result.code == 1)
    #expect(result.errors.contains("not good enough: only 0 of 30 readings came"))
    #expect(fixture.state.names.isEmpty)
  }

  @Test("turning too little is refused")
  func lazy() throws {
    let result = try fixture.calibrate("camera", "--yes", "--flaw", "lazy")
    #expect(result.code == 1)
    #expect(result.errors.contains("the robot turned too little"))
  }

  @Test("a robot without a camera has none to calibrate")
  func none() throws {
    let result = try fixture.calibrate("camera", "--yes", board: "sim-balance")
    #expect(result.code == 2)
    #expect(result.errors.contains("board.yaml has no camera"))
  }

  @Test("a chip without a magnetometer is refused by name")
  func noMagnetometer() throws {
    let result = try fixture.calibrate("magnetometer", "--yes")
    #expect(result.code == 2)
    #expect(result.errors.contains("MPU-6050: this chip measures no magnetic field."))
  }

  @Test("a board without servos is refused")
  func noServos() throws {
    let result = try fixture.calibrate("servos")
    #expect(result.code == 2)
    #expect(result.errors.contains("board.yaml has no servos"))
  }
}
