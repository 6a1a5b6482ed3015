// SPDX-License-Identifier: Apache-2.0
import Quantities

/// A hobby servo: it follows the length of the pulses that it gets, and lets go without.
package final class FakeServo {
  package let pulseUs: ClosedRange<Double>
  /// Where it stands: -1 at the shortest pulse, 1 at the longest.
  package private(set) var position: Double
  /// Whether pulses come.
  package private(set) var isHolding = false
  /// The farthest that one pulse told it to go at once.
  package private(set) var largestJump = 0.0
  /// Pulses beyond its ends, at which it presses on its stop.
  package private(set) var pulsesBeyond = 0
  /// How far the last pulse was beyond the end, at which it presses now.
  package private(set) var beyondUs = 0.0
  /// Whether the last pulse turned it.
  package private(set) var isTurning = false

  package init(pulseUs: ClosedRange<Double>, standingAt position: Double) {
    (self.pulseUs, self.position) = (pulseUs, position)
  }

  /// One cycle with a pulse of this length; 0 is none.
  package func feel(pulseS: Double) {
    isHolding = pulseS > 0
    (beyondUs, isTurning) = (0, false)
    guard isHolding else { return }
    let us = pulseS * 1e6
    beyondUs = max(0, us - pulseUs.upperBound, pulseUs.lowerBound - us)
    let span = pulseUs.upperBound - pulseUs.lowerBound
    let told = 2 * (pulseS * 1e6 - pulseUs.lowerBound) / span - 1
    // The chip's step is 5 us at 50 Hz.
    if abs(told) > 1 + 10 / span { pulsesBeyond += 1 }
    let reached = min(max(told, -1), 1)
    isTurning = reached != position
    largestJump = max(largestJump, abs(reached - position))
    position = reached
  }

  /// Somebody moves it by hand, which works only while it has let go.
  package func push(to position: Double) { if !isHolding { self.position = position } }
}
