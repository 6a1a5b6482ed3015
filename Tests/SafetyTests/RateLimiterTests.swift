// SPDX-License-Identifier: Apache-2.0
import Quantities
import Safety
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

@Suite("Rate limiter")
struct RateLimiterTests {
  /// Limits over five orders of magnitude; sometimes 0 is at an end.
  static func randomLimits(_ random: inout SeededGenerator) -> (ActuatorLimits, periodS: Double) {
    func scale(_ decades: ClosedRange<Double>) -> Double {
      pow(10, random.uniform(decades))
    }
    let lower = random.uniform() < 0.1 ? 0 : -scale(-3...2)
    let upper = lower < 0 && random.uniform() < 0.1 ? 0 : scale(-3...2)
    return (
      ActuatorLimits(
        lower: lower, upper: upper, ratePerS: scale(-2...3),
        slewPerS2: scale(-1...5)), scale(-3 ... -1)
    )
  }

  /// What a mad or broken planner may ask for, finite.
  enum Wildness: CaseIterable {
    case steps, extremes, alternating, sawtooth, noise, walk

    func target(
      _ tick: Int, _ limits: ActuatorLimits, _ last: Double, _ random: inout SeededGenerator
    ) -> Double {
      let range = limits.lower...limits.upper
      switch self {
      case .steps: return tick % 37 == 0 ? random.uniform(range) : last
      case .extremes:
        let all = [
          1e300, -1e300, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 0, -0.0,
          .leastNonzeroMagnitude, limits.lower, limits.upper, limits.upper.nextUp
        ]
        return all[Int(random.next() % UInt64(all.count))]
      case .alternating: return tick % 2 == 0 ? limits.lower : limits.upper
      case .sawtooth:
        return limits.upper - Double(tick % 23) / 23 * (limits.upper - limits.lower) * 0.5
      case .noise: return 3 * random.uniform(range)
      case .walk: return last + 0.1 * random.normal() * (limits.upper - limits.lower)
      }
    }
  }

  @Test("keeps position, rate and slew, whatever the target does", arguments: 1...240)
  func limitsHold(seed: UInt64) {
    var random = SeededGenerator(seed: seed, stream: "rate limiter")
    let (limits, periodS) = Self.randomLimits(&random)
    for wildness in Wildness.allCases {
      var limiter = RateLimiter(limits: limits, periodS: periodS)
      var (position, velocity, target) = (0.0, 0.0, 0.0)
      for tick in 0..<1500 {
        target = wildness.target(tick, limits, target, &random)
        let next = limiter.step(towards: target)
        // The set point itself is rounded to its own size; what that does to differences.
        let rounding = 4 * max(abs(limits.lower), limits.upper).ulp
        let rate = (next - position) / periodS
        let rateSlack = 1e-9 * limits.ratePerS + rounding / periodS
        let slewSlack = 1e-9 * limits.slewPerS2 + 2 * rounding / (periodS * periodS)
        let holds =
          next >= limits.lower && next <= limits.upper && next == limiter.position
          && abs(rate) <= limits.ratePerS + rateSlack
          && abs(limiter.velocity) <= limits.ratePerS * (1 + 1e-9)
          && abs(rate - velocity) / periodS <= limits.slewPerS2 + slewSlack
        guard holds else {
          Issue.record("seed \(seed), \(wildness), tick \(tick): \(limits), \(periodS) s, \(next)")
          return
        }
        (position, velocity) = (next, rate)
      }
    }
  }

  @Test("reaches what can be reached, in the time that physics asks, and stays", arguments: 1...240)
  func reaches(seed: UInt64) {
    var random = SeededGenerator(seed: seed, stream: "reach")
    let (limits, periodS) = Self.randomLimits(&random)
    let start = random.uniform(limits.lower...limits.upper)
    let target = random.uniform(limits.lower...limits.upper)
    var limiter = RateLimiter(limits: limits, periodS: periodS, startingAt: start)
    let away = abs(target - start)
    let quantum = limits.slewPerS2 * periodS * periodS
    let neededS =
      away / limits.ratePerS + limits.ratePerS / limits.slewPerS2
      + 2 * (away / limits.slewPerS2).squareRoot() + 4 * periodS
    let ticks = neededS / periodS
    if ticks > 2e6 { return }  // hours of a crawling actuator prove nothing more
    let slack = 8 * max(abs(limits.lower), limits.upper).ulp
    var worst = 0.0
    for _ in 0..<Int(ticks) {
      let position = limiter.step(towards: target)
      worst = max(worst, target >= start ? position - target : target - position)
    }
    #expect(worst <= min(quantum, 1e-9 * away) + slack, "seed \(seed): overshoot \(worst)")
    #expect(abs(limiter.position - target) <= 1e-9 * away + slack, "seed \(seed): not there")
    let there = limiter.position
    for _ in 0..<100 {
      #expect(abs(limiter.step(towards: target) - there) <= slack, "seed \(seed): left again")
    }
    #expect(abs(limiter.velocity) <= limits.slewPerS2 * periodS * 1e-6 + slack / periodS)
  }

  @Test("is as fast as its limits allow: rest to full power in 9 ticks of a rate, 1 of a slew")
  func isNotTimid() {
    let limits = ActuatorLimits(lower: -1, upper: 1, ratePerS: 10, slewPerS2: 1000)
    var limiter = RateLimiter(limits: limits, periodS: 0.01)
    let positions = (0..<12).map { _ in limiter.step(towards: 1) }
    for (i, position) in positions.enumerated() {
      #expect(abs(position - min(1, 0.1 * Double(i + 1))) < 1e-12)
    }
  }

  @Test("a slew of one tenth of the rate a tick takes ten ticks to full speed")
  func rampsUp() {
    let limits = ActuatorLimits(lower: -100, upper: 100, ratePerS: 10, slewPerS2: 100)
    var limiter = RateLimiter(limits: limits, periodS: 0.01)
    for tick in 1...15 {
      _ = limiter.step(towards: 100)
      #expect(abs(limiter.velocity - min(10, Double(tick))) < 1e-12)
    }
  }

  @Test("settling forgets position and velocity")
  func settles() {
    let limits = ActuatorLimits(lower: -1, upper: 1, ratePerS: 10, slewPerS2: 100)
    var limiter = RateLimiter(limits: limits, periodS: 0.01)
    for _ in 0..<5 { _ = limiter.step(towards: 1) }
    #expect(limiter.position > 0 && limiter.velocity > 0)
    limiter.settle(at: 0.25)
    #expect(limiter.position == 0.25 && limiter.velocity == 0)
  }
}
