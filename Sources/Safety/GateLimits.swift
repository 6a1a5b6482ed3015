// SPDX-License-Identifier: Apache-2.0

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
  /// How long the ramp to a stop takes, seconds; 0 switches off at once.
  public var rampS: Double
  /// Largest tilt with which the robot may move, radians.
  public var tiltRad: Double

  /// Precondition: 1 to 8 actuators; finite times above 0 (the ramp: at least 0); a tilt above 0.
  public init(
    actuators: [ActuatorLimits], periodS: Double, imuTimeoutS: Double, frameTimeoutS: Double?,
    planTimeoutS: Double, rampS: Double, tiltRad: Double
  ) {
    precondition((1...8).contains(actuators.count), "1 to 8 actuators, not \(actuators.count)")
    // Written so that NaN fails: a comparison with a NaN timeout would never find anything stale.
    let times = [periodS, imuTimeoutS, frameTimeoutS ?? 1, planTimeoutS]
    precondition(times.allSatisfy { $0 > 0 && $0.isFinite }, "times are finite and above 0")
    precondition(rampS >= 0 && rampS.isFinite, "the ramp takes a finite time")
    precondition(tiltRad > 0, "the largest tilt is above 0")
    self.actuators = actuators
    (self.periodS, self.imuTimeoutS, self.frameTimeoutS) = (periodS, imuTimeoutS, frameTimeoutS)
    (self.planTimeoutS, self.rampS, self.tiltRad) = (planTimeoutS, rampS, tiltRad)
  }
}
