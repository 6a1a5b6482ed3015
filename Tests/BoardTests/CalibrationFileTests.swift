// SPDX-License-Identifier: Apache-2.0
import Board
import Devices
import Estimation
import Foundation
import Quantities
import Testing

/// The calibration's file: what it holds, and what is wrong with one that is not used.
@Suite struct CalibrationFileTests {
  static let when = "2026-11-24T12:00:00Z"

  static func board() throws(BoardError) -> BoardDescription {
    try BoardDescription.parse(Fixture.text, path: "board.yaml", folderName: "testbed")
  }

  /// Every section filled, with numbers that need all their digits.
  static func calibration() throws -> Calibration {
    var calibration = Calibration(board: "testbed")
    let readings = Face.allCases.map {
      FaceReading(
        face: $0, accelMS2: 9.7 * $0.up + Vector3(0.1, -0.2, 1.0 / 3),
        gyroRadS: Vector3(0.01, -0.02, 1e-7), temperatureC: 31.5)
    }
    calibration.imu = .init(chip: .mpu6050, when: when, try SixFaceCalibration(readings))
    var random = SeededGenerator(seed: 7, stream: "calibration file")
    let field = (0..<200).map { _ -> Vector3 in
      let v = Vector3(random.normal(), random.normal(), random.normal())
      return (5e-5 / v.norm) * v + Vector3(1e-5, 2e-5, -3e-5)
    }
    calibration.magnetometer = .init(chip: .mpu6050, when: when, try EllipsoidFit(field))
    var recording = CameraDelay.Recording()
    for i in 0..<1000 {
      recording.add(
        yawRateRadS: cos(Double(i) / 40) + 0.3 * cos(Double(i) / 17), atS: Double(i) / 100)
    }
    for i in 5..<95 {
      let (from, to) = (Double(i) / 10, Double(i + 1) / 10)
      func angle(_ t: Double) -> Double { 0.4 * sin(t * 2.5) + 0.051 * sin(t * 100 / 17) }
      recording.add(shiftPx: 30 * (angle(to) - angle(from)), fromS: from, toS: to)
    }
    calibration.camera = .init(name: "front", when: when, try CameraDelay(recording))
    calibration.motors = ["left", "right"].map {
      .init(
        name: $0, when: when, forwardDeadBand: 0.07, backwardDeadBand: 1.0 / 15, turnRadS: -1.2,
        fit: 0.98)
    }
    return calibration
  }

  private func text() throws -> String {
    let folder = TemporaryState()
    try CalibrationFile.save(try Self.calibration(), folder: folder.path)
    return folder.read("calibration.yaml")
  }

  /// The problems of the text above with one thing changed.
  private func problems(_ old: String, _ new: String) throws -> [BoardProblem] {
    let right = try text()
    #expect(right.contains(old), "the file has no '\(old)'")
    do throws(BoardError) {
      _ = try CalibrationFile.parse(
        right.replacing(old, with: new, maxReplacements: 1), path: "calibration.yaml",
        for: try Self.board())
      return []
    } catch { return error.problems }
  }

  @Test("What is written is read back, every digit")
  func roundTrip() throws {
    let folder = TemporaryState()
    let calibration = try Self.calibration()
    try CalibrationFile.save(calibration, folder: folder.path)
    #expect(try CalibrationFile.load(for: try Self.board(), folder: folder.path) == calibration)
    #expect(folder.names == ["calibration.yaml"])
  }

  @Test("A folder that is not there is a mistake, not a robot without a calibration")
  func noFolder() throws {
    let board = try Self.board()
    do throws(BoardError) {
      _ = try CalibrationFile.load(for: board, folder: "/nowhere/state")
      Issue.record("loaded from nowhere")
    } catch {
      #expect(error.description.contains("/nowhere/state: there is no such folder. Name the one"))
    }
  }

  @Test("No file is no calibration, and that is the identity")
  func absent() throws {
    let folder = TemporaryState()
    #expect(try CalibrationFile.load(for: try Self.board(), folder: folder.path) == nil)
    #expect(Calibration(board: "testbed").perceived == ImuCalibration())
  }

  @Test("What perception applies is what was found")
  func perceived() throws {
    let calibration = try Self.calibration()
    let perceived = calibration.perceived
    #expect(perceived.accelMatrix == calibration.imu?.accelMatrix)
    #expect(perceived.accelBiasMS2 == calibration.imu?.accelBiasMS2)
    #expect(perceived.magneticOffsetT == calibration.magnetometer?.offsetT)
    #expect(perceived.cameraDelayS == calibration.camera?.delayS)
    #expect(perceived.temperatureC == 31.5)
  }

  @Test(
    "Another board's file is refused at its line, another chip's, camera's or motor's too",
    arguments: [
      ("board: testbed", "board: other", "3:8: board: this belongs to 'other'"),
      ("name: front", "name: back", "camera: 'back' is not this board's camera"),
      ("name: left", "name: arm", "no motor is called 'arm'. Motors of this board: left, right.")
    ])
  func foreign(old: String, new: String, message: String) throws {
    let found = try problems(old, new)
    #expect(found.count == 1 && found[0].description.contains(message), "\(found)")
  }

  @Test("A chip that has been exchanged is refused")
  func exchanged() throws {
    var board = try Self.board()
    let text = try text()
    #expect(try CalibrationFile.parse(text, path: "c.yaml", for: board).imu != nil)
    guard let other = InertialChip.allCases.first(where: { $0 != .mpu6050 }) else { return }
    board.imu.chip = other
    do {
      _ = try CalibrationFile.parse(text, path: "c.yaml", for: board)
      Issue.record("taken")
    } catch { #expect(error.description.contains("was calibrated, and the board has")) }
  }

  @Test(
    "A value out of range is refused with its line",
    arguments: [
      ("accel_matrix: [[", "accel_matrix: [[7, ", BoardProblem.Kind.outOfRange),
      ("residual_m_s2: ", "residual_m_s2: 5 # ", .outOfRange),
      ("temperature_c: 31.5", "temperature_c: 900", .outOfRange),
      ("temperature_c: 31.5", "temperature_c: warm", .wrongType),
      ("delay_s: ", "delay_s: 3 # ", .outOfRange),
      ("temperature_c: 31.5", "temperatur_c: 31.5", .unknownKey),
      ("accel_bias_m_s2: [", "accel_bias_m_s2: [1, ", .wrongType),
      ("dead_band_forward: 0.07", "dead_band_forward: nan", .wrongType)
    ])
  func outOfRange(old: String, new: String, kind: BoardProblem.Kind) throws {
    let found = try problems(old, new)
    #expect(found.contains { $0.kind == kind && ($0.place?.line ?? 0) > 3 }, "\(found)")
  }

  @Test("A matrix of two rows is refused")
  func twoRows() throws {
    let board = try Self.board()
    let broken = """
      board: testbed
      imu:
        chip: mpu6050
        when: now
        temperature_c: 20
        gyro_bias_rad_s: [0, 0, 0]
        accel_matrix: [[1, 0, 0], [0, 1, 0]]
        accel_bias_m_s2: [0, 0, 0]
        residual_m_s2: 0
      """
    do {
      _ = try CalibrationFile.parse(broken, path: "c.yaml", for: board)
      Issue.record("taken")
    } catch { #expect(error.description.contains("c.yaml:7:17: imu.accel_matrix: found 2 rows")) }
  }

  @Test(
    "Garbage is refused and says what to do first",
    arguments: ["", "\u{0}\u{1}\u{2}", "[", "board", "board: testbed\nimu: 3\n", "- a\n"])
  func garbage(text: String) throws {
    let folder = TemporaryState()
    folder.write(text, "calibration.yaml")
    do throws(BoardError) {
      _ = try CalibrationFile.load(for: try Self.board(), folder: folder.path)
      Issue.record("taken")
    } catch {
      #expect(error.problems.count >= 2)
      #expect(error.description.contains("the calibration is not used. Mend it, put "))
      #expect(error.description.contains("calibration.yaml.previous in its place"))
    }
  }

  @Test("Half a file, cut anywhere, is refused or lacks whole sections; it is never misread")
  func cut() throws {
    let whole = try Self.calibration()
    let text = try text()
    let board = try Self.board()
    for length in stride(from: 0, to: text.count, by: 7) {
      do throws(BoardError) {
        let found = try CalibrationFile.parse(
          String(text.prefix(length)), path: "c.yaml", for: board)
        // A number cut in its last digits is the one thing a cut can change unseen: see the
        // atomic write, which makes that impossible.
        #expect(found.imu == nil || found.imu?.accelMatrix == whole.imu?.accelMatrix)
      } catch { #expect(!error.problems.isEmpty) }
    }
  }

  @Test("Done steps are written and read back, and no steps leave no file")
  func progress() throws {
    let folder = TemporaryState()
    let board = try Self.board()
    var progress = CalibrationProgress(board: "testbed", chip: .mpu6050)
    progress.faces = [
      FaceReading(
        face: .leftUp, accelMS2: Vector3(0, 9.8, 0.1), gyroRadS: Vector3(0.01, 0, -1e-5),
        temperatureC: 30)
    ]
    progress.magneticT = [Vector3(1e-5, 2e-5, -3e-5), Vector3(0, 1e-6, 0)]
    progress.motors = try Self.calibration().motors
    try CalibrationFile.save(progress, folder: folder.path)
    #expect(try CalibrationFile.loadProgress(for: board, folder: folder.path) == progress)
    try CalibrationFile.save(
      CalibrationProgress(board: "testbed", chip: .mpu6050), folder: folder.path)
    #expect(folder.names.isEmpty)
    #expect(try CalibrationFile.loadProgress(for: board, folder: folder.path) == nil)
  }

  @Test("Done steps of another board are refused, with how to start over")
  func foreignProgress() throws {
    let folder = TemporaryState()
    folder.write("board: other\nchip: mpu6050\n", "calibration.partial.yaml")
    do throws(BoardError) {
      _ = try CalibrationFile.loadProgress(for: try Self.board(), folder: folder.path)
      Issue.record("taken")
    } catch {
      #expect(error.description.contains("Start over with --restart"))
      #expect(error.description.contains("calibration.partial.yaml:1:8: board: this belongs to"))
    }
  }
}
