// SPDX-License-Identifier: Apache-2.0
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Dead reckoning of a differential drive: heading from the gyro, travel from the wheels' encoders
/// (`turn`, then `roll`) or, without them, from the commands (`update`).
///
/// Without encoders each wheel's speed follows its command with a first-order lag:
/// ```
///   duty -1...1 --x max speed--> first-order lag --> wheel speeds --mean--> speed
///                                                              \--difference / track--> turn
///   gyro z --> heading                                           (for comparison only)
/// ```
/// A slip or a blocked wheel therefore shows in `yawResidualRadS`, not in heading.
public struct Odometry: Sendable {
  private let trackM: Double
  private let maxSpeedMS: Double
  private let timeConstantS: Double
  private var leftMS = 0.0
  private var rightMS = 0.0
  /// Forward of where it started. Units: m.
  public private(set) var xM = 0.0
  /// Left of where it started. Units: m.
  public private(set) var yM = 0.0
  /// Positive turned left, not wrapped: two turns are 4π. Units: rad.
  public private(set) var headingRad = 0.0
  private var rateRadS = 0.0
  private var headingAtRollRad = 0.0
  /// Gyro minus the turn the wheels imply; large when a wheel slips or is blocked. Units: rad/s.
  public private(set) var yawResidualRadS = 0.0

  /// A robot that stands at the origin.
  ///
  /// - Parameters:
  ///   - trackM: distance between the wheels.
  ///   - maxSpeedMS: a wheel's speed at duty 1.
  ///   - timeConstantS: in which a wheel reaches 63 % of a new speed; 0 for at once.
  public init(trackM: Double, maxSpeedMS: Double, timeConstantS: Double) {
    precondition(trackM.isFinite && trackM > 0, "the track must be positive")
    precondition(maxSpeedMS.isFinite && maxSpeedMS > 0, "the maximum speed must be positive")
    precondition(timeConstantS.isFinite && timeConstantS >= 0, "the time constant is negative")
    self.trackM = trackM
    self.maxSpeedMS = maxSpeedMS
    self.timeConstantS = timeConstantS
  }

  /// Speed along the body's x axis. Units: m/s.
  public var speedMS: Double { (leftMS + rightMS) / 2 }

  /// The turn the wheels imply, as commanded or as measured. Units: rad/s.
  public var commandedYawRateRadS: Double { (rightMS - leftMS) / trackM }

  /// Moves on by one interval, over which duties and yaw rate held.
  ///
  /// A yaw rate that is not finite is replaced by the one the commands imply; duties are clamped to
  /// -1...1, and one that is not finite counts as 0.
  public mutating func update(
    leftDuty: Double, rightDuty: Double, yawRateRadS: Double, dtS: Double
  ) {
    guard dtS.isFinite, dtS > 0 else { return }
    let speedBefore = speedMS
    let share = timeConstantS > 0 ? 1 - exp(-dtS / timeConstantS) : 1
    leftMS += share * (target(leftDuty) - leftMS)
    rightMS += share * (target(rightDuty) - rightMS)
    let rate = yawRateRadS.isFinite ? yawRateRadS : commandedYawRateRadS
    yawResidualRadS = rate - commandedYawRateRadS
    // Heading at the interval's middle and mean speed: second order in dt.
    let middle = headingRad + rate * dtS / 2
    let distance = (speedBefore + speedMS) / 2 * dtS
    xM += distance * cos(middle)
    yM += distance * sin(middle)
    headingRad += rate * dtS
  }

  /// Turns by what the gyro says, over an interval over which it held. One that is not finite
  /// counts as none.
  public mutating func turn(yawRateRadS: Double, dtS: Double) {
    guard dtS.isFinite, dtS > 0, yawRateRadS.isFinite else { return }
    headingRad += yawRateRadS * dtS
    rateRadS = yawRateRadS
  }

  /// Rolls by what the wheels were measured to, along the heading midway since the last roll.
  ///
  /// Travel or speed that is not finite is no measurement: the robot stays where it is.
  /// - Parameters: travel since the last roll, m, and speed, m/s; left, right.
  public mutating func roll(travelM: SIMD2<Double>, speedMS: SIMD2<Double>) {
    let middle = (headingAtRollRad + headingRad) / 2
    headingAtRollRad = headingRad
    let distance = (travelM.x + travelM.y) / 2
    guard distance.isFinite, speedMS.x.isFinite, speedMS.y.isFinite else { return }
    (leftMS, rightMS) = (speedMS.x, speedMS.y)
    xM += distance * cos(middle)
    yM += distance * sin(middle)
    yawResidualRadS = rateRadS - commandedYawRateRadS
  }

  /// Makes here and now the origin; wheel speeds stay.
  public mutating func resetPose() { (xM, yM, headingRad, headingAtRollRad) = (0, 0, 0, 0) }

  private func target(_ duty: Double) -> Double {
    duty.isFinite ? min(max(duty, -1), 1) * maxSpeedMS : 0
  }
}
