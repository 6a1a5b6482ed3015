// SPDX-License-Identifier: Apache-2.0

/// One set point that follows its target within position, rate and slew limits, always.
///
/// Each tick moves by `velocity * period`. A velocity towards a target is never higher than braking
/// at the slew limit can end at it, and targets lie inside the position limits: so braking from any
/// velocity it ever has ends inside, and no target, however wild, can carry the set point out.
package struct RateLimiter: Equatable, Sendable {
  package let limits: ActuatorLimits
  package let periodS: Double
  /// The set point.
  package private(set) var position: Double
  /// Its change per second in the last tick.
  package private(set) var velocity = 0.0

  package init(limits: ActuatorLimits, periodS: Double, startingAt position: Double = 0) {
    (self.limits, self.periodS, self.position) = (limits, periodS, position)
  }

  /// One tick towards a finite target; the new set point.
  package mutating func step(towards target: Double) -> Double {
    let wanted = min(max(target, limits.lower), limits.upper)
    let reach = limits.slewPerS2 * periodS
    var next = brakingVelocity(over: wanted - position)
    next = min(max(next, velocity - reach), velocity + reach)
    next = min(max(next, -limits.ratePerS), limits.ratePerS)
    let moved = position + next * periodS
    position = min(max(moved, limits.lower), limits.upper)  // rounding only
    velocity = next
    return position
  }

  /// At rest, there or at the nearest limit.
  package mutating func settle(at position: Double) {
    (self.position, velocity) = (min(max(position, limits.lower), limits.upper), 0)
  }

  /// The largest velocity of this tick from which slew-limited braking ends within `distance`.
  ///
  /// With s the slew, T the period and v = (n + f) s T, the ticks travel v T, (v - s T) T, ...: in
  /// all s T^2 (n + 1)(n / 2 + f). Solved for v at that sum = |distance|.
  private func brakingVelocity(over distance: Double) -> Double {
    let unit = limits.slewPerS2 * periodS * periodS
    let quanta = abs(distance) / unit
    let whole = ((1 + 8 * quanta).squareRoot() - 1) / 2
    let n = whole.rounded(.down)
    let fraction = max(0, quanta / (n + 1) - n / 2)
    let speed = (n + fraction) * limits.slewPerS2 * periodS
    return distance < 0 ? -speed : speed
  }
}
