// SPDX-License-Identifier: Apache-2.0

/// What an actuator may be told for long: its windings heat with the square of the command.
public struct HeatLimit: Equatable, Hashable, Sendable {
  /// The command, plus or minus, that it bears for ever.
  public var sustained: Double
  /// In which its windings reach 63 % of a new temperature.
  public var timeConstantS: Double

  /// Precondition: both finite and above 0.
  public init(sustained: Double, timeConstantS: Double) {
    precondition(sustained > 0 && sustained.isFinite, "what is borne for ever is above 0")
    precondition(timeConstantS > 0 && timeConstantS.isFinite, "a time is above 0")
    (self.sustained, self.timeConstantS) = (sustained, timeConstantS)
  }
}

/// How hot an actuator is, by a first-order model of its windings, and what that leaves it.
///
/// With u the command, h the heat and s what is borne for ever:
/// ```
/// h' = (u^2 - h) / T        |u|^2 <= s^2 + headroom * (s^2 - h)
/// ```
/// At the bound h' = (1 + headroom) (s^2 - h) / T, so h nears s^2 from below and never passes it.
package struct HeatModel: Equatable, Sendable {
  /// From cold, the bound is above full power (1) for any s >= 0.31.
  package static let headroom = 9.0

  package var limit: HeatLimit
  package let periodS: Double
  package private(set) var heat = 0.0

  package init(limit: HeatLimit, periodS: Double) { (self.limit, self.periodS) = (limit, periodS) }

  /// The largest command now, plus or minus.
  package var bound: Double {
    let allowed = limit.sustained * limit.sustained
    return (allowed + Self.headroom * max(allowed - heat, 0)).squareRoot()
  }

  /// One tick under this command.
  package mutating func feel(_ command: Double) {
    let share = min(periodS / limit.timeConstantS, 1)
    heat += share * (command * command - heat)
  }
}
