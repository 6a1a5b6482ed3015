// SPDX-License-Identifier: Apache-2.0
import Quantities
import Safety

/// What the console shows of a robot: values only, no storage of their own, so that a loop fills
/// one in a microsecond and without asking for memory.
///
/// Units: SI. Nil is "not known".
public struct RobotSnapshot: Equatable, Sendable {
  /// How one of the robot's threads keeps its time.
  public struct Role: Equatable, Sendable {
    /// What it should take, from one run to the next; nil where it has none.
    public var periodS: Double?
    public var runs = 0
    /// Runs that were begun, or ended, too late.
    public var late = 0
    public var lastS = 0.0
    public var worstS = 0.0

    public init() {}
  }

  /// When it was taken.
  public var at = Instant.zero
  public var state = SafetyState.booting
  /// All that keeps it from being armed now.
  public var bars = RefusalSet()
  /// All that is wrong now and has lasted, whatever follows from it.
  public var active = RefusalSet()

  // The loop.
  public var ticks = 0
  public var missedTicks = 0
  public var decisions = 0
  public var body = Role()
  public var camera = Role()
  public var mind = Role()

  // The senses.
  public var imuAgeS: Double?
  public var frameAgeS: Double?
  public var tiltRad: Double?
  public var rollRad: Double?
  public var pitchRad: Double?
  public var yawRad: Double?
  public var gyroRadS = Vector3.zero
  public var accelMS2 = Vector3.zero
  public var positionM: SIMD2<Double>?
  public var speedMS: Double?
  public var nearestM: Double?
  public var supplyMarginV: Double?
  public var currentShare: Double?
  public var temperatureC: Double?
  public var busErrors = 0

  // The mind.
  public var goalDistance: Double?
  public var surprise: Double?
  public var planShare: Double?
  public var imagined = 0
  public var isHolding = false
  public var action = SIMD8<Float>.zero

  // The outputs, as the gate let them through.
  public var setPoints = SIMD8<Double>.zero

  public init() {}
}
