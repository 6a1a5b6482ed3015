// SPDX-License-Identifier: Apache-2.0
import Quantities

/// What calibration found out about one robot's IMU, and how it is applied.
///
/// ```
/// true acceleration = accelMatrix    (measured - accelBiasMS2)
/// true field        = magneticMatrix (measured - magneticOffsetT)
/// true rate         =                 measured - bias   (measured anew at every start)
/// ```
/// Frames: everything is in the body frame.
public struct ImuCalibration: Hashable, Sendable {
  /// The gyro's bias when it was calibrated. Units: rad/s.
  public var gyroBiasRadS = Vector3.zero
  /// Undoes the accelerometer's scale and misalignment.
  public var accelMatrix = Matrix3.identity
  /// What the accelerometer reads in free fall. Units: m/s2.
  public var accelBiasMS2 = Vector3.zero
  /// Undoes soft iron.
  public var magneticMatrix = Matrix3.identity
  /// Hard iron: the field of the robot itself. Units: T.
  public var magneticOffsetT = Vector3.zero
  /// The chip's temperature when it was calibrated; nil where it was not.
  public var temperatureC: Double?
  /// How much later than it happened the camera's time stamps say that it happened, by the IMU's
  /// time stamps.
  public var cameraDelayS = 0.0

  /// The magnetometer was calibrated: only then can a heading be believed.
  public var hasField: Bool { magneticMatrix != .identity || magneticOffsetT != .zero }

  /// Changes nothing.
  public init() {}

  /// Scale, misalignment and bias removed.
  public func accelMS2(_ measured: Vector3) -> Vector3 { accelMatrix * (measured - accelBiasMS2) }

  /// Hard and soft iron removed.
  public func magneticT(_ measured: Vector3) -> Vector3 {
    magneticMatrix * (measured - magneticOffsetT)
  }
}
