// SPDX-License-Identifier: Apache-2.0

/// The limits of a robot's actuators, what its senses may reach, and what follows when they do.
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

  /// How long the outputs rest, switched on, before the mind is followed, seconds.
  public var armingS = 0.0
  /// What a slowed robot is let through of each command.
  public var slowShare = 0.5
  /// How long all must have been well before a slowed robot is let go, seconds.
  public var clearS = 2.0
  /// How long a gate period may last, seconds.
  public var tickTimeoutS = 1.0
  /// Failed transfers that the buses are forgiven at once, and how many more each second.
  public var busErrorsAtOnce = 20.0
  public var busErrorsPerS = 2.0
  /// What a command must be, and what its measured effect may be, for a motor to count as stalled.
  public var stallCommand = 0.3
  public var stallMeasured = 0.05
  /// Oldest reading of the supply's monitors and of the grid sensors, seconds; nil where the robot
  /// has none.
  public var supplyTimeoutS: Double?
  public var gridTimeoutS: Double?
  /// Nearest thing, metres; nil for a robot that does not look.
  public var obstacleM: Double?
  /// Where it may go; nil for a robot that does not know where it is.
  public var workspace: Workspace?
  /// Prediction errors, as multiples of the 99th percentile on validation data: to be slow from, to
  /// stop from when they last. A healthy rover's are above 1.5 in one decision of 500; one whose
  /// camera shows noise has a median of 2.3.
  public var surprise = 1.5
  public var lost = 1.5
  /// Longest silence of the operator's line, seconds; nil for a robot that needs none.
  public var linkTimeoutS: Double?
  /// Whether it may move only while umwelt-guard lives.
  public var needsGuard = false
  public var computer = ComputerLimits()
  /// What follows.
  public var failsafes = Failsafes()

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

  /// The longest time from the cause until the actuators are off, or nearly so in the last step of
  /// the ramp, seconds; nil for what does not stop the robot.
  ///
  /// Counts what is waited for, the debounce, the ramp, and two periods: one to notice, one to act.
  public func safeWithinS(_ refusal: Refusal) -> Double? {
    let failsafe = failsafes[refusal]
    guard failsafe.action >= .ramp, refusal.isWatched else { return nil }
    let stopS = failsafe.action == .ramp ? rampS : 0
    return waitS(refusal) + failsafe.debounceS + stopS + 2 * periodS
  }

  /// How long the cause may last before it counts at all.
  private func waitS(_ refusal: Refusal) -> Double {
    switch refusal {
    case .staleImu: imuTimeoutS
    case .staleFrame: frameTimeoutS ?? 0
    case .stalePlan: planTimeoutS
    case .lateTick: tickTimeoutS
    case .staleSupply: supplyTimeoutS ?? 0
    case .staleGrid: gridTimeoutS ?? 0
    case .linkLost: linkTimeoutS ?? 0
    case .diskFull, .memoryPressure, .overTemperature, .modelChanged, .boardChanged:
      computer.lookS
    default: 0
    }
  }
}

/// What the computer that drives the robot must keep.
public struct ComputerLimits: Equatable, Hashable, Sendable {
  /// From here on it is slow, from there on it stops, degrees Celsius.
  ///
  /// Source: Raspberry Pi documentation, "Frequency management": throttled from 80 to 85.
  public var hotC = 80.0
  public var tooHotC = 90.0
  /// The least that must be free.
  public var freeDiskBytes = 64e6
  public var freeMemoryBytes = 32e6
  /// How often its health is looked at, and the oldest look, seconds.
  public var lookS = 1.0
  public var timeoutS = 10.0

  public init() {}
}
