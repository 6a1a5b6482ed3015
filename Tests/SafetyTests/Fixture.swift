// SPDX-License-Identifier: Apache-2.0
import Quantities
import Safety

/// Two actuators at 100 Hz: from rest to full in 0.1 s, ramp 0.3 s.
let limits = GateLimits(
  actuators: [
    ActuatorLimits(lower: -1, upper: 1, ratePerS: 10, slewPerS2: 1000),
    ActuatorLimits(lower: -0.5, upper: 0.8, ratePerS: 10, slewPerS2: 1000)
  ],
  periodS: 0.01, imuTimeoutS: 0.05, frameTimeoutS: 0.5, planTimeoutS: 1, rampS: 0.3, tiltRad: 0.8)

/// Milliseconds on the tests' clock, which starts at a second.
func ms(_ value: Int) -> Instant { Instant(nanoseconds: 1_000_000_000 + Int64(value) * 1_000_000) }

/// Everything in order at `now`.
func healthySenses(at now: Instant) -> Senses {
  var senses = Senses()
  (senses.imuAt, senses.frameAt, senses.tiltRad) = (now, now, 0.1)
  senses.isGyroCalibrated = true
  return senses
}

/// A proposal for both actuators.
func wish(_ first: Double, _ second: Double, at now: Instant) -> Proposal {
  var setPoints = SetPoints.zero
  (setPoints[0], setPoints[1]) = (first, second)
  return Proposal(setPoints: setPoints, at: now)
}

/// A gate with its own 10 ms clock.
struct Bench {
  var gate: Gate
  /// Milliseconds.
  var time = 0
  var senses: Senses?
  var proposal: Proposal?

  /// Started, disarmed.
  init(_ limits: GateLimits = limits) {
    gate = Gate(limits: limits)
    gate.finishBooting()
  }

  var now: Instant { ms(time) }

  /// Armed, then driven towards full for half a second.
  static func driving(_ limits: GateLimits = limits) -> Bench {
    var bench = Bench(limits)
    _ = bench.arm()
    for _ in 0..<50 { _ = bench.tick() }
    return bench
  }

  mutating func arm() -> [Refusal] { gate.arm(senses: senses ?? healthySenses(at: now), now: now) }

  /// One period; healthy senses and a fresh wish for full power unless told otherwise.
  mutating func tick() -> SafeCommand {
    time += 10
    return gate.pass(
      proposal ?? wish(1, -1, at: now), senses: senses ?? healthySenses(at: now), now: now)
  }
}

extension SafeCommand {
  /// Nothing at all: no set point and the power stage asleep.
  var isOff: Bool { !isEnabled && setPoints == .zero }
}
