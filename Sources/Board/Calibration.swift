// SPDX-License-Identifier: Apache-2.0
import Devices
import Estimation
import Quantities

/// What calibration found out about one robot: everything that no two robots of a board share.
public struct Calibration: Hashable, Sendable {
  /// The board it belongs to.
  public var board: String
  public var imu: IMU?
  public var magnetometer: Magnetometer?
  public var camera: Camera?
  public var motors: [Motor]
  public var servos: [Servo]

  /// The accelerometer from six faces, and the gyro on the way.
  public struct IMU: Hashable, Sendable {
    public var chip: InertialChip
    /// In UTC, as ISO 8601 writes it.
    public var when: String
    public var temperatureC: Double
    public var gyroBiasRadS: Vector3
    public var accelMatrix: Matrix3
    public var accelBiasMS2: Vector3
    /// Quality: what the fit leaves.
    public var residualMS2: Double

    public init(chip: InertialChip, when: String, _ fit: SixFaceCalibration) {
      (self.chip, self.when, temperatureC) = (chip, when, fit.temperatureC)
      (gyroBiasRadS, accelMatrix) = (fit.gyroBiasRadS, fit.matrix)
      (accelBiasMS2, residualMS2) = (fit.biasMS2, fit.residualMS2)
    }
  }

  /// Hard and soft iron.
  public struct Magnetometer: Hashable, Sendable {
    public var chip: InertialChip
    public var when: String
    public var matrix: Matrix3
    public var offsetT: Vector3
    /// The field's strength where it was calibrated.
    public var fieldT: Double
    /// Quality: what the fit leaves of the field, and the share of directions seen.
    public var residual: Double
    public var coverage: Double

    public init(chip: InertialChip, when: String, _ fit: EllipsoidFit) {
      (self.chip, self.when, matrix, offsetT) = (chip, when, fit.matrix, fit.offsetT)
      (fieldT, residual, coverage) = (fit.fieldT, fit.residual, fit.coverage)
    }
  }

  /// How late the camera's stamps are by the IMU's.
  public struct Camera: Hashable, Sendable {
    public var name: String
    public var when: String
    public var delayS: Double
    /// Quality.
    public var correlation: Double

    public init(name: String, when: String, _ delay: CameraDelay) {
      (self.name, self.when) = (name, when)
      (delayS, correlation) = (delay.delayS, delay.correlation)
    }
  }

  /// Where a motor begins to move.
  public struct Motor: Hashable, Sendable {
    public var name: String
    public var when: String
    /// The duties below which it stands, both positive.
    public var forwardDeadBand: Double
    public var backwardDeadBand: Double
    /// How fast one more of forward command turns the robot to the left. Units: rad/s.
    public var turnRadS: Double
    /// Quality: how much of the response the fit explains, the worse direction.
    public var fit: Double

    public init(
      name: String, when: String, forwardDeadBand: Double, backwardDeadBand: Double,
      turnRadS: Double, fit: Double
    ) {
      (self.name, self.when, self.turnRadS, self.fit) = (name, when, turnRadS, fit)
      (self.forwardDeadBand, self.backwardDeadBand) = (forwardDeadBand, backwardDeadBand)
    }
  }

  /// How far a servo turns without pressing on a stop.
  public struct Servo: Hashable, Sendable {
    public var name: String
    public var when: String
    /// The set points that are clear of the stops; 0, where it is armed, lies between them.
    public var lower: Double
    public var upper: Double
    /// Quality: current at the stops over current before them, the lesser; nil where somebody
    /// watched instead of a chip.
    public var rise: Double?

    public init(name: String, when: String, lower: Double, upper: Double, rise: Double?) {
      (self.name, self.when, self.lower, self.upper) = (name, when, lower, upper)
      self.rise = rise
    }
  }

  /// Nothing known yet.
  public init(board: String) { (self.board, motors, servos) = (board, [], []) }

  /// What perception applies; what was not calibrated is the identity.
  public var perceived: ImuCalibration {
    var result = ImuCalibration()
    if let imu {
      (result.gyroBiasRadS, result.temperatureC) = (imu.gyroBiasRadS, imu.temperatureC)
      (result.accelMatrix, result.accelBiasMS2) = (imu.accelMatrix, imu.accelBiasMS2)
    }
    if let magnetometer {
      (result.magneticMatrix, result.magneticOffsetT) = (magnetometer.matrix, magnetometer.offsetT)
    }
    result.cameraDelayS = camera?.delayS ?? 0
    return result
  }
}
