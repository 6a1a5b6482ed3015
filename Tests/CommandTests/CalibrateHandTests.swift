// SPDX-License-Identifier: Apache-2.0
import Board
import Estimation
import Quantities
import Simulation
import Testing

/// `umwelt calibrate camera` and `magnetometer`: the simulated hand sways and tumbles the robot.
@Suite struct CalibrateHandTests {
  private let fixture = CalibrationFixture()
  private let board = TemporaryFolder()

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

  @Test(
    "a part that fails meanwhile is named, and ends it with the hardware's code",
    arguments: [
      ("imu", "imu:off@3", "no answer"), ("imu", "imu:wrong", "register 0x75 says 0x70"),
      ("camera", "camera:off@4", "camera front: no frames"), ("camera", "imu:off@4", "MPU-6050")
    ])
  func broken(kind: String, injection: String, message: String) throws {
    let result = try fixture.calibrate(kind, "--yes", "--inject", injection)
    #expect(result.code == 3)
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(!fixture.state.names.contains("calibration.yaml"))
  }

  @Test("a board of real chips asks this computer for them")
  func linux() throws {
    let text = """
      extends: [\(Repository.boards)/pi5-rover/board.yaml]
      board: absent
      computer: {buses: {i2c-1: {adapter: no-such.i2c}}}
      """
    let path = board.write(text.utf8, "draft.yaml")
    for kind in ["imu", "motors"] {
      let result =
        kind == "imu"
        ? try fixture.calibrate(kind, "--yes", board: path)
        : try fixture.calibrate(kind, board: path)
      #expect(result.code == 2 || result.code == 3)
      #expect(result.errors.contains("I2C bus"), "\(result.errors)")
    }
  }

  @Test("a robot without a camera has none to calibrate")
  func none() throws {
    let result = try fixture.calibrate("camera", "--yes", board: "sim-balance")
    #expect(result.code == 2)
    #expect(result.errors.contains("board.yaml has no camera"))
  }

  /// Whether this build has a driver for a chip with a magnetometer.
  private static let hasMagnetometer: Bool = {
    do { return try Command.run("board", "schema").output.contains("mpu9250") } catch {
      return false
    }
  }()

  /// The rover with an MPU-9250 in the MPU-6050's place.
  private func boardWithMagnetometer() -> String {
    let rover = TemporaryFolder.read("\(Repository.boards)/sim-rover/board.yaml")
    let text = String(decoding: rover, as: UTF8.self)
      .replacing("chip: mpu6050", with: "chip: mpu9250")
      .replacing("filter: 44 Hz", with: "filter: 10 Hz")
    return board.write(text.utf8, "draft.yaml")
  }

  @Test("hard iron is found through the chip", .enabled(if: hasMagnetometer))
  func magnetometer() throws {
    let path = boardWithMagnetometer()
    let result = try fixture.calibrate("magnetometer", "--yes", board: path)
    #expect(result.code == 0, "\(result.errors)")
    let described = try BoardDescription.load(path: path)
    let calibration = try CalibrationFile.load(for: described, folder: fixture.state.path)
    let found = try #require(calibration?.magnetometer)
    // Two counts of the AK8963 are 0.3 µT.
    #expect((found.offsetT - HandWorld.hardIronT).norm < 0.5e-6)
    #expect(found.coverage == 1 && found.residual < 0.01)
  }

  @Test(
    "turned about the vertical only is refused, and what was seen is kept",
    .enabled(if: hasMagnetometer))
  func flat() throws {
    let path = boardWithMagnetometer()
    let first = try fixture.calibrate("magnetometer", "--yes", "--flaw", "lazy", board: path)
    #expect(first.code == 1)
    #expect(first.errors.contains("not good enough: "))
    #expect(fixture.state.names == ["calibration.partial.yaml"] || fixture.state.names.isEmpty)
    #expect(try fixture.calibrate("magnetometer", "--yes", board: path).code == 0)
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
