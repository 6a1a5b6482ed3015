// SPDX-License-Identifier: Apache-2.0
import Quantities

/// What a standing robot's IMU showed.
public struct RestState: Sendable, Hashable {
  /// Mean of the gyro. Units: rad/s, body frame.
  public var gyroBiasRadS: Vector3
  /// Standard deviation of the gyro, by axis. Units: rad/s.
  public var gyroNoiseRadS: Vector3
  /// Mean specific force; its direction is up. Units: m/s2, body frame.
  public var accelMS2: Vector3
  /// How many samples it is made of.
  public var samples: Int
}
