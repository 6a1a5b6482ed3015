// SPDX-License-Identifier: Apache-2.0
import Devices
import Estimation
import Quantities

extension CalibrationProgress {
  enum Keys {
    static let chip = Calibration.Keys.chip
    static let faces = Key<[Section]>.optionalSections(
      "faces", FaceReading.table, "The faces that were measured.")
    /// Source: AK8963 and AK09916 datasheets: full scale ±4912 µT.
    static let field = Key<[[Double]]>.rows(
      "magnetic_t", -0.005...0.005, .optional(example: "[[0, 0, 0]]"), "The field seen so far.")
    static let motors = Calibration.Keys.motors
    static let servos = Calibration.Keys.servos
  }

  static let table = Table([
    Calibration.Keys.board, Keys.chip, Keys.faces, Keys.field, Keys.motors, Keys.servos
  ])

  init(_ file: Section, for described: BoardDescription, _ log: ProblemLog) {
    self.init(board: described.name, chip: described.imu.chip)
    checkBoard(file.find(Calibration.Keys.board), described, log)
    checkChip(file.find(Keys.chip), described, log)
    faces = file.find(Keys.faces)?.value.compactMap { FaceReading($0, log) } ?? []
    magneticT = file.vectors(Keys.field, log) ?? []
    motors = file.find(Keys.motors)?.value.compactMap { Calibration.Motor($0, log) } ?? []
    servos = file.find(Keys.servos)?.value.compactMap { Calibration.Servo($0, log) } ?? []
    for section in file.find(Keys.servos)?.value ?? [] {
      Calibration.Servo.check(section, described, log)
    }
  }
}

extension FaceReading {
  enum Keys {
    static let face = Key<Face>.choice(
      "face", called: "a face", .required(example: "upright"), "Which side was up.")
    /// Twice the gravity is no standing robot.
    static let accel = Key.vector("accel_m_s2", -20...20, "The mean specific force.")
    static let gyro = Key.vector("gyro_rad_s", -0.5...0.5, "The mean rate.")
    static let temperature = Calibration.IMU.Keys.temperature
  }

  static let table = Table([Keys.face, Keys.accel, Keys.gyro, Keys.temperature])

  /// Nil after writing in `log` what is wrong.
  init?(_ section: Section, _ log: ProblemLog) {
    guard let face = section.find(Keys.face), let temperature = section.find(Keys.temperature),
      let accel = section.vector(Keys.accel, log), let gyro = section.vector(Keys.gyro, log)
    else { return nil }
    self.init(
      face: face.value, accelMS2: accel, gyroRadS: gyro, temperatureC: temperature.value)
  }
}
