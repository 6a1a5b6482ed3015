// SPDX-License-Identifier: Apache-2.0
import Quantities

/// A brushless motor's speed controller: deaf until it has seen rest pulses for a while; without
/// pulses it goes on with the last throttle for a time, as many do, and is deaf again.
package final class FakeESC {
  package let pulseUs: ClosedRange<Double>
  package let isTwoWay: Bool
  package let armS: Double
  package let signalLossS: Double
  package private(set) var isArmed = false
  /// -1...1; one way, 0...1.
  package private(set) var throttle = 0.0
  /// The largest change of throttle from one pulse to the next.
  package private(set) var largestJump = 0.0
  /// Whether a pulse came in the last cycle.
  package private(set) var hasSignal = false
  private var restSince: Instant?
  private var heardAt = Instant.zero

  package init(
    pulseUs: ClosedRange<Double>, isTwoWay: Bool, armS: Double, signalLossS: Double = 1
  ) {
    (self.pulseUs, self.isTwoWay) = (pulseUs, isTwoWay)
    (self.armS, self.signalLossS) = (armS, signalLossS)
  }

  /// One cycle with a pulse of this length; 0 is none.
  package func feel(pulseS: Double, now: Instant) {
    hasSignal = pulseS > 0
    guard hasSignal else { return miss(now) }
    heardAt = now
    let (lower, upper) = (pulseUs.lowerBound, pulseUs.upperBound)
    let share = min(max((pulseS * 1e6 - lower) / (upper - lower), 0), 1)
    let told = isTwoWay ? 2 * share - 1 : share
    // The chip's step is 5 us at 50 Hz: rest has a dead band.
    let isRest = abs(told) < 10 / (upper - lower) * (isTwoWay ? 2 : 1)
    restSince = isRest ? restSince ?? now : nil
    if !isArmed, let since = restSince, (now - since).seconds >= armS { isArmed = true }
    turn(isArmed && !isRest ? told : 0)
  }

  private func miss(_ now: Instant) {
    guard (now - heardAt).seconds > signalLossS else { return }
    (isArmed, restSince) = (false, nil)
    throttle = 0
  }

  private func turn(_ throttle: Double) {
    largestJump = max(largestJump, abs(throttle - self.throttle))
    self.throttle = throttle
  }
}
