// SPDX-License-Identifier: Apache-2.0
import Quantities

/// What the gate must know of the robot at one tick.
///
/// Nil is "not known", which is a reason to stop only where the robot has what would tell.
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
  /// The IMU's values are at the end of its range.
  public var isImuSaturated = false
  /// The IMU's values are not those of a robot that obeys mechanics.
  public var isImuImplausible = false
  /// The camera repeats itself, noise and all.
  public var isFrameFrozen = false
  /// A driver reported a failure since the last tick.
  public var hasDeviceFailed = false
  /// Transfers on the buses that have failed since the start.
  public var busErrors = 0
  /// The emergency stop is pressed, or cannot be read.
  public var isStopPressed = false

  /// Where dead reckoning believes the robot to be, from where it was armed: forward and left, m.
  public var positionM: SIMD2<Double>?
  /// Its speed, m/s.
  public var speedMS: Double?
  /// What the actuators are measured to do, in the units of their set points, and which of them
  /// are measured at all.
  public var measured = SetPoints.zero
  public var isMeasured = SIMDMask<SIMD8<Int64>>(repeating: false)
  /// A wheel encoder lost count since the last tick.
  public var hasLostCount = false
  /// When the oldest of the supplies' newest readings was taken; nil before all have one.
  public var supplyAt: Instant?
  /// How far the least charged supply is above its limit, V; nil where no limit is known.
  public var supplyMarginV: Double?
  /// The largest current of a supply, as a share of its limit; nil where no limit is known.
  public var currentShare: Double?
  /// When the oldest of the grid sensors' newest readings was taken; nil before all have one.
  public var gridAt: Instant?
  /// The nearest thing that a distance sensor sees, m; nil where none sees anything.
  public var nearestM: Double?

  /// The computer's own health; nil before the first look.
  public var computer: ComputerSenses?
  /// The last prediction's error, as a multiple of what is usual; nil when nothing was predicted.
  public var surprise: Double?
  /// How long the last decision took, as a share of its deadline; nil before the first.
  public var planShare: Double?
  /// When the operator's line last gave a sign of life.
  public var linkAt: Instant?
  /// What umwelt-guard said last; nil when it has not been heard of lately.
  public var guardAllows: Bool?

  /// Nothing sensed yet.
  public init() {}
}

/// What the gate must know of the computer that it runs on. Nil: this computer does not tell.
public struct ComputerSenses: Equatable, Sendable {
  /// When that was looked at.
  public var at: Instant
  public var temperatureC: Double?
  /// Its supply is too low, or it throttles its clock.
  public var isStarved: Bool?
  public var freeDiskBytes: Double?
  public var freeMemoryBytes: Double?
  /// The files have changed since the start.
  public var hasModelChanged = false
  public var hasBoardChanged = false

  public init(at: Instant) { self.at = at }
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
