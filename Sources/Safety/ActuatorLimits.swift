// SPDX-License-Identifier: Apache-2.0

/// What one actuator channel may be told. Units: the channel's own (motors: duty, -1...1 of full voltage).
public struct ActuatorLimits: Equatable, Sendable {
  /// Lowest and highest set point.
  public var lower, upper: Double
  /// Largest change of the set point, per second.
  public var ratePerS: Double
  /// Largest change of that rate, per second squared.
  public var slewPerS2: Double

  public init(lower: Double, upper: Double, ratePerS: Double, slewPerS2: Double) {
    precondition(lower < upper && ratePerS > 0 && slewPerS2 > 0, "limits must leave room to move")
    precondition(lower <= 0 && upper >= 0, "0 must be allowed: it is the stop")
    (self.lower, self.upper) = (lower, upper)
    (self.ratePerS, self.slewPerS2) = (ratePerS, slewPerS2)
  }
}

/// Up to eight actuator set points without any storage of their own.
public typealias SetPoints = SIMD8<Double>

/// The limits of a robot's actuators and the ages its senses may reach.
public struct GateLimits: Equatable, Sendable {
  /// One for each actuator, in the order of the set points; 1 to 8.
  public var actuators: [ActuatorLimits]
  /// How often the gate is asked, seconds.
  public var periodS: Double
  /// Oldest IMU sample with which the robot may move, seconds.
  public var imuTimeoutS: Double
  /// Oldest frame, seconds; nil for a robot without a camera.
  public var frameTimeoutS: Double?
  /// Oldest decision, seconds.
  public var planTimeoutS: Double
  /// How long the ramp to a stop takes, seconds.
  public var rampS: Double
  /// Largest tilt with which the robot may move, radians.
  public var tiltRad: Double

  public init(
    actuators: [ActuatorLimits], periodS: Double, imuTimeoutS: Double, frameTimeoutS: Double?,
    planTimeoutS: Double, rampS: Double, tiltRad: Double
  ) {
    precondition((1...8).contains(actuators.count), "1 to 8 actuators, not \(actuators.count)")
    precondition(periodS > 0 && rampS >= 0, "the gate needs a period and a ramp")
    self.actuators = actuators
    (self.periodS, self.imuTimeoutS, self.frameTimeoutS) = (periodS, imuTimeoutS, frameTimeoutS)
    (self.planTimeoutS, self.rampS, self.tiltRad) = (planTimeoutS, rampS, tiltRad)
  }
}
