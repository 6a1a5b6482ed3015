// SPDX-License-Identifier: Apache-2.0
import Estimation
import Quantities

extension Calibration {
  /// The file's text. Numbers keep every digit, so that reading gives back the same.
  var text: String {
    var text = """
      # SPDX-License-Identifier: Apache-2.0
      # Written by `umwelt calibrate`; the file before it is calibration.yaml.previous.
      board: \(board)

      """
    if let imu {
      text += """
        imu:
          chip: \(imu.chip.rawValue)
          when: "\(imu.when)"
          temperature_c: \(imu.temperatureC)
          gyro_bias_rad_s: \(imu.gyroBiasRadS.list)
          # true = matrix x (measured - bias)
          accel_matrix: \(imu.accelMatrix.list)
          accel_bias_m_s2: \(imu.accelBiasMS2.list)
          residual_m_s2: \(imu.residualMS2)

        """
    }
    if let magnetometer {
      text += """
        magnetometer:
          chip: \(magnetometer.chip.rawValue)
          when: "\(magnetometer.when)"
          matrix: \(magnetometer.matrix.list)
          offset_t: \(magnetometer.offsetT.list)
          field_t: \(magnetometer.fieldT)
          residual: \(magnetometer.residual)
          coverage: \(magnetometer.coverage)

        """
    }
    if let camera {
      text += """
        camera:
          name: \(camera.name)
          when: "\(camera.when)"
          delay_s: \(camera.delayS)
          correlation: \(camera.correlation)

        """
    }
    return text + motors.text + servos.text
  }
}

extension CalibrationProgress {
  var text: String {
    var text = """
      # SPDX-License-Identifier: Apache-2.0
      # Steps done by `umwelt calibrate`; run it again to go on. Delete this to start over.
      board: \(board)
      chip: \(chip.rawValue)

      """
    if !faces.isEmpty { text += "faces:\n" }
    for reading in faces {
      text += """
          - face: \(reading.face.rawValue)
            accel_m_s2: \(reading.accelMS2.list)
            gyro_rad_s: \(reading.gyroRadS.list)
            temperature_c: \(reading.temperatureC)

        """
    }
    if !magneticT.isEmpty {
      text += "magnetic_t:\n" + magneticT.map { "  - \($0.list)\n" }.joined()
    }
    return text + motors.text + servos.text
  }
}

extension [Calibration.Motor] {
  fileprivate var text: String {
    isEmpty
      ? ""
      : "motors:\n"
        + map {
          """
            - name: \($0.name)
              when: "\($0.when)"
              dead_band_forward: \($0.forwardDeadBand)
              dead_band_backward: \($0.backwardDeadBand)
              turn_rad_s: \($0.turnRadS)
              fit: \($0.fit)

          """
        }.joined()
  }
}

extension [Calibration.Servo] {
  fileprivate var text: String {
    isEmpty
      ? ""
      : "servos:\n"
        + map { servo in
          """
            - name: \(servo.name)
              when: "\(servo.when)"
              lower: \(servo.lower)
              upper: \(servo.upper)

          """ + (servo.rise.map { "    rise: \($0)\n" } ?? "")
        }.joined()
  }
}

extension Vector3 {
  fileprivate var list: String { "[\(x), \(y), \(z)]" }
}

extension Matrix3 {
  fileprivate var list: String { "[\(rows.0.list), \(rows.1.list), \(rows.2.list)]" }
}
