// SPDX-License-Identifier: Apache-2.0
import Quantities

/// What the gate must know of the robot's senses at one tick.
public struct Senses: Equatable, Sendable {
  /// When the newest IMU sample was taken; nil before the first.
  public var imuAt: Instant?
  /// When the newest frame was taken; nil before the first or without a camera.
  public var frameAt: Instant?
  /// Angle between the robot's up and the world's, radians; nil until the attitude is known.
  public var tiltRad: Double?
  /// The gyro's bias was measured at rest.
  public var isGyroCalibrated = false
  /// The IMU repeats itself beyond chance.
  public var isImuFrozen = false
  /// The IMU's values are not those of a robot that obeys mechanics.
  public var isImuImplausible = false
  /// The camera repeats itself, noise and all.
  public var isFrameFrozen = false
  /// A driver reported a failure since the last tick.
  public var hasDeviceFailed = false

  /// Nothing sensed yet.
  public init() {}
}

/// What the mind asks for.
public struct Proposal: Equatable, Sendable {
  /// Wanted set points, in the order of `GateLimits.actuators`.
  public var setPoints: SetPoints
  /// When it was decided.
  public var at: Instant

  /// Asks for these set points.
  public init(setPoints: SetPoints, at: Instant) { (self.setPoints, self.at) = (setPoints, at) }
}
