// SPDX-License-Identifier: Apache-2.0
import Devices
import Estimation
import Quantities

extension Calibration {
  enum Keys {
    static let board = Key.name(
      "board", .required(example: "sim-rover"), "The board whose robot was calibrated.")
    static let imu = Key.optionalSection("imu", IMU.table, "Accelerometer and gyro.")
    static let magnetometer = Key.optionalSection(
      "magnetometer", Magnetometer.table, "Hard and soft iron.")
    static let camera = Key.optionalSection(
      "camera", Camera.table, "The camera's time stamps against the IMU's.")
    static let motors = Key<[Section]>.optionalSections(
      "motors", Motor.table, "Where the motors begin to move.")
    static let servos = Key<[Section]>.optionalSections(
      "servos", Servo.table, "How far the servos turn.")
    static let when = Key.text(
      "when", .required(example: "2026-01-31T12:00:00Z"), "When it was measured, in UTC.")
    static let chip = Key<InertialChip>.choice(
      "chip", called: "an IMU", .required(example: "mpu6050"), "The chip that was calibrated.")

    static func quality(_ name: String, _ help: String) -> Key<Double> {
      .number(name, 0...1, .required(example: "0.9"), help)
    }
  }

  static let table = Table([
    Keys.board, Keys.imu, Keys.magnetometer, Keys.camera, Keys.motors, Keys.servos
  ])

  init(_ file: Section, for described: BoardDescription, _ log: ProblemLog) {
    self.init(board: described.name)
    checkBoard(file.find(Keys.board), described, log)
    imu = file.find(Keys.imu).flatMap { IMU($0.value, log) }
    magnetometer = file.find(Keys.magnetometer).flatMap { Magnetometer($0.value, log) }
    camera = file.find(Keys.camera).flatMap { Camera($0.value, log) }
    motors = file.find(Keys.motors)?.value.compactMap { Motor($0, log) } ?? []
    servos = file.find(Keys.servos)?.value.compactMap { Servo($0, log) } ?? []
    for section in file.find(Keys.servos)?.value ?? [] { Servo.check(section, described, log) }
    checkChip(file.find(Keys.imu)?.value.find(Keys.chip), described, log)
    checkChip(file.find(Keys.magnetometer)?.value.find(Keys.chip), described, log)
    if let found = file.find(Keys.camera)?.value.find(Camera.Keys.name),
      found.value != described.camera?.name
    {
      log.add(
        .conflict, at: found.place, "camera: '\(found.value)' is not this board's camera",
        "Its delay is another's.")
    }
    for motor in file.find(Keys.motors)?.value ?? [] {
      guard let found = motor.find(Motor.Keys.name) else { continue }
      if !described.motors.contains(where: { $0.name == found.value }) {
        log.add(
          .unknownReference, at: found.place, "no motor is called '\(found.value)'",
          "Motors of this board: \(described.motors.map(\.name).joined(separator: ", ")).")
      }
    }
  }
}

/// A calibration is of one robot's chips: on another it would make things worse.
func checkBoard(_ found: Located<String>?, _ board: BoardDescription, _ log: ProblemLog) {
  guard let found, found.value != board.name else { return }
  log.add(
    .conflict, at: found.place,
    "board: this belongs to '\(found.value)', and the robot is '\(board.name)'",
    "Give the folder of this robot's own calibration.")
}

func checkChip(
  _ found: Located<InertialChip>?, _ board: BoardDescription, _ log: ProblemLog
) {
  guard let found, found.value != board.imu.chip else { return }
  log.add(
    .conflict, at: found.place,
    "chip: '\(found.value.rawValue)' was calibrated, and the board has "
      + "'\(board.imu.chip.rawValue)'",
    "The IMU was exchanged: calibrate the new one.")
}

extension Calibration.IMU {
  /// Bounds are what the fits themselves accept, with room; see `SixFaceCalibration.Limits`.
  enum Keys {
    static let temperature = Key.number(
      "temperature_c", -55...125, .required(example: "25"), "The chip's temperature then, Celsius.")
    static let gyroBias = Key.vector(
      "gyro_bias_rad_s", -0.5...0.5, "The gyro's bias then; it is measured anew at every start.")
    static let matrix = Key.matrix(
      "accel_matrix", -1.5...1.5, "What undoes the accelerometer's scale and misalignment.")
    static let bias = Key.vector(
      "accel_bias_m_s2", -3...3, "What the accelerometer reads in free fall.")
    static let residual = Key.number(
      "residual_m_s2", 0...1, .required(example: "0.02"), "What the fit leaves.")
  }

  static let table = Table([
    Calibration.Keys.chip, Calibration.Keys.when, Keys.temperature, Keys.gyroBias, Keys.matrix,
    Keys.bias, Keys.residual
  ])

  /// Nil after writing in `log` what is wrong.
  init?(_ section: Section, _ log: ProblemLog) {
    guard let chip = section.find(Calibration.Keys.chip),
      let when = section.find(Calibration.Keys.when),
      let temperature = section.find(Keys.temperature), let residual = section.find(Keys.residual),
      let gyroBias = section.vector(Keys.gyroBias, log),
      let matrix = section.matrix(Keys.matrix, log), let bias = section.vector(Keys.bias, log)
    else { return nil }
    (self.chip, self.when, temperatureC) = (chip.value, when.value, temperature.value)
    (gyroBiasRadS, accelMatrix, accelBiasMS2) = (gyroBias, matrix, bias)
    residualMS2 = residual.value
  }
}

extension Calibration.Magnetometer {
  enum Keys {
    static let matrix = Key.matrix("matrix", -5...5, "What undoes soft iron.")
    /// Source: AK8963 and AK09916 datasheets: full scale ±4912 µT.
    static let offset = Key.vector("offset_t", -0.005...0.005, "Hard iron: the robot's own field.")
    static let field = Key.number(
      "field_t", 0...0.001, .required(example: "5e-05"), "The field's strength then.")
    static let residual = Calibration.Keys.quality("residual", "What the fit leaves of the field.")
    static let coverage = Calibration.Keys.quality("coverage", "The share of directions seen.")
  }

  static let table = Table([
    Calibration.Keys.chip, Calibration.Keys.when, Keys.matrix, Keys.offset, Keys.field,
    Keys.residual, Keys.coverage
  ])

  /// Nil after writing in `log` what is wrong.
  init?(_ section: Section, _ log: ProblemLog) {
    guard let chip = section.find(Calibration.Keys.chip),
      let when = section.find(Calibration.Keys.when),
      let field = section.find(Keys.field), let residual = section.find(Keys.residual),
      let coverage = section.find(Keys.coverage), let matrix = section.matrix(Keys.matrix, log),
      let offset = section.vector(Keys.offset, log)
    else { return nil }
    (self.chip, self.when, self.matrix, offsetT) = (chip.value, when.value, matrix, offset)
    (fieldT, self.residual, self.coverage) = (field.value, residual.value, coverage.value)
  }
}

extension Calibration.Camera {
  enum Keys {
    static let name = Key.name("name", .required(example: "front"), "The camera.")
    static let delay = Key.number(
      "delay_s", -0.5...0.5, .required(example: "0.02"), "How late its time stamps are.")
    static let correlation = Calibration.Keys.quality(
      "correlation", "How well pictures and gyro agree at that delay.")
  }

  static let table = Table([Keys.name, Calibration.Keys.when, Keys.delay, Keys.correlation])

  /// Nil where `log` says what is wrong.
  init?(_ section: Section, _ log: ProblemLog) {
    guard let name = section.find(Keys.name), let when = section.find(Calibration.Keys.when),
      let delay = section.find(Keys.delay), let correlation = section.find(Keys.correlation)
    else { return nil }
    (self.name, self.when) = (name.value, when.value)
    (delayS, self.correlation) = (delay.value, correlation.value)
  }
}

extension Calibration.Motor {
  enum Keys {
    static let name = Key.name("name", .required(example: "left"), "The motor.")
    static let forward = Calibration.Keys.quality(
      "dead_band_forward", "The command below which it does not move forward.")
    static let backward = Calibration.Keys.quality(
      "dead_band_backward", "The command below which it does not move backward.")
    /// Beyond any range of a gyro (2000 deg/s) it was not measured.
    static let turn = Key.number(
      "turn_rad_s", -35...35, .required(example: "1.2"),
      "How fast one more of forward command turns the robot to the left.")
    static let fit = Calibration.Keys.quality("fit", "How steadily it answered.")
  }

  static let table = Table([
    Keys.name, Calibration.Keys.when, Keys.forward, Keys.backward, Keys.turn, Keys.fit
  ])

  /// Nil where `log` says what is wrong.
  init?(_ section: Section, _ log: ProblemLog) {
    guard let name = section.find(Keys.name), let when = section.find(Calibration.Keys.when),
      let forward = section.find(Keys.forward), let backward = section.find(Keys.backward),
      let turn = section.find(Keys.turn), let fit = section.find(Keys.fit)
    else { return nil }
    self.init(
      name: name.value, when: when.value, forwardDeadBand: forward.value,
      backwardDeadBand: backward.value, turnRadS: turn.value, fit: fit.value)
  }
}
