// SPDX-License-Identifier: Apache-2.0

/// What one actuator channel may be told.
///
/// Units: the channel's own (motors: duty, -1...1 of full voltage).
public struct ActuatorLimits: Equatable, Sendable {
  /// Lowest and highest set point.
  public var lower, upper: Double
  /// Largest change of the set point, per second.
  public var ratePerS: Double
  /// Largest change of that rate, per second squared.
  public var slewPerS2: Double
  /// What it may be told for long without growing too hot; nil for what does not heat up.
  public var heat: HeatLimit?

  /// Limits that leave room to move and allow 0, the stop.
  public init(
    lower: Double, upper: Double, ratePerS: Double, slewPerS2: Double, heat: HeatLimit? = nil
  ) {
    precondition(lower < upper && ratePerS > 0 && slewPerS2 > 0, "limits must leave room to move")
    precondition(lower <= 0 && upper >= 0, "0 must be allowed: it is the stop")
    precondition(
      (upper - lower).isFinite && ratePerS.isFinite && slewPerS2.isFinite, "limits are finite")
    (self.lower, self.upper) = (lower, upper)
    (self.ratePerS, self.slewPerS2, self.heat) = (ratePerS, slewPerS2, heat)
  }
}

/// Up to eight actuator set points without any storage of their own.
public typealias SetPoints = SIMD8<Double>
