// SPDX-License-Identifier: Apache-2.0
import Quantities
import Safety
import Testing

@Suite("Gate: sweeps")
struct GateSweepTests {
  @Test("commands of an armed gate keep every limit", arguments: 1...200)
  func limitsHold(seed: UInt64) {
    var random = SeededGenerator(seed: seed, stream: "gate")
    var wild = limits
    let count = 1 + Int(random.next() % 8)
    var periodS = 0.0
    wild.actuators = (0..<count).map { _ in
      let (limits, period) = RateLimiterTests.randomLimits(&random)
      periodS = period
      return limits
    }
    wild.periodS = periodS
    var gate = Gate(limits: wild)
    gate.finishBooting()
    #expect(gate.arm(senses: healthySenses(at: .zero), now: .zero) == [])
    var (position, rate) = (SetPoints.zero, SetPoints.zero)
    for tick in 1...500 {
      let now = Instant.zero + Interval(seconds: periodS) * Int64(tick)
      var target = SetPoints.zero
      for i in 0..<8 {
        let kind = random.next() % 3
        target[i] = kind == 0 ? 1e300 : kind == 1 ? -1e300 : 100 * random.normal()
      }
      let command = gate.pass(
        Proposal(setPoints: target, at: now), senses: healthySenses(at: now), now: now)
      guard command.isEnabled, command.count == count else {
        Issue.record("seed \(seed), tick \(tick): \(gate.state)")
        return
      }
      for i in 0..<8 {
        guard i < count else {
          #expect(command.setPoints[i] == 0)
          continue
        }
        let (limit, next) = (wild.actuators[i], command.setPoints[i])
        let rounding = 4 * max(abs(limit.lower), limit.upper).ulp
        let newRate = (next - position[i]) / periodS
        let holds =
          next >= limit.lower && next <= limit.upper
          && abs(newRate) <= limit.ratePerS * (1 + 1e-9) + rounding / periodS
          && abs(newRate - rate[i]) / periodS
            <= limit.slewPerS2 * (1 + 1e-9) + 2 * rounding / (periodS * periodS)
        guard holds else {
          Issue.record("seed \(seed), tick \(tick), actuator \(i): \(limit), \(next)")
          return
        }
        (position[i], rate[i]) = (next, newRate)
      }
    }
  }

  /// Any senses, any proposal, any time.
  private func storm(
    _ random: inout SeededGenerator, _ time: inout Int64
  ) -> (Proposal?, Senses, Instant) {
    func moment() -> Instant {
      switch random.next() % 8 {
      case 0: Instant(nanoseconds: .min)
      case 1: Instant(nanoseconds: .max)
      case 2: Instant(nanoseconds: time + Int64(random.next() % 4_000_000_000) - 2_000_000_000)
      default: Instant(nanoseconds: time)
      }
    }
    time += random.next() % 20 == 0 ? -30_000_000 : 10_000_000
    let now = random.next() % 50 == 0 ? moment() : Instant(nanoseconds: time)
    var senses = healthySenses(at: moment())
    senses.frameAt = random.next() % 9 == 0 ? nil : moment()
    senses.tiltRad = [0.1, 0.1, 0.1, 2, .nan][Int(random.next() % 5)]
    senses.isImuFrozen = random.next() % 9 == 0
    senses.hasDeviceFailed = random.next() % 9 == 0
    let value = [0.5, 1e300, -1, .nan, -.infinity][Int(random.next() % 5)]
    let proposal = random.next() % 5 == 0 ? nil : wish(value, 1, at: moment())
    return (proposal, senses, now)
  }

  @Test("a stopped gate is never armed again by itself, in 100 000 mad ticks", arguments: 1...3)
  func neverByItself(seed: UInt64) {
    var random = SeededGenerator(seed: seed, stream: "storm")
    var bench = Bench.driving()
    bench.gate.stop(.operatorStop, now: bench.now)
    var time = bench.now.nanoseconds
    for tick in 0..<100_000 {
      let (proposal, senses, now) = storm(&random, &time)
      let command = bench.gate.pass(
        tick % 3 == 0 ? wish(1, 1, at: now) : proposal,
        senses: tick % 2 == 0 ? healthySenses(at: now) : senses, now: now)
      guard command.isOff, bench.gate.state == .stopped(.operatorStop) else {
        Issue.record("seed \(seed), tick \(tick): \(bench.gate.state)")
        return
      }
    }
  }

  @Test("in a storm of faults states only go down and outputs stay in bounds", arguments: 1...300)
  func storms(seed: UInt64) {
    var random = SeededGenerator(seed: seed, stream: "storm from armed")
    var bench = Bench.driving()
    var time = bench.now.nanoseconds
    var (rank, ramp) = (0, Double.infinity)
    for tick in 0..<200 {
      // A calm beginning now and then, so that not every run ends in its first tick.
      var (proposal, senses, now) = storm(&random, &time)
      if tick < Int(seed % 40) {
        now = Instant(nanoseconds: time)
        (proposal, senses) = (wish(1, 1, at: now), healthySenses(at: now))
      }
      let command = bench.gate.pass(proposal, senses: senses, now: now)
      let newRank: Int
      switch bench.gate.state {
      case .armed, .degraded: newRank = 0
      case .stopping: newRank = 1
      case .stopped, .faulted: newRank = 2
      case .booting, .disarmed, .arming: newRank = -1
      }
      let size = abs(command.setPoints[0])
      let holds =
        newRank >= rank && size <= 1 && command.setPoints[1] >= -0.5
        && command.setPoints[1] <= 0.8 && (newRank != 1 || size <= ramp)
        && (newRank != 2 || command.isOff) && (newRank == 2 || command.isEnabled)
      guard holds else {
        Issue.record("seed \(seed), tick \(tick): \(bench.gate.state), \(command)")
        return
      }
      (rank, ramp) = (newRank, newRank == 1 ? size : .infinity)
    }
    #expect(rank == 2, "seed \(seed)")
  }

  @Test("a clock that goes back or leaps ahead ends in a stop", arguments: [-3000, -200, 2000])
  func clockJumps(by jumpMs: Int) {
    var bench = Bench.driving()
    let senses = healthySenses(at: bench.now)  // stamped before the jump
    bench.senses = senses
    bench.proposal = wish(1, -1, at: bench.now)
    bench.time += jumpMs
    _ = bench.tick()
    #expect(bench.gate.state == .stopping(jumpMs < 0 ? .clockJump : .lateTick))
    bench.time += 300
    #expect(bench.tick().isOff)
  }

  @Test("a clock that goes back behind the arming ends in a stop though all stamps agree")
  func clockBeforeArming() {
    var bench = Bench.driving()
    bench.time = -5000
    _ = bench.tick()
    #expect(bench.gate.state == .stopping(.clockJump))
  }

  @Test("a clock that goes back during a ramp never raises the command")
  func clockBackInRamp() {
    var bench = Bench.driving()
    bench.gate.stop(.staleImu, now: bench.now)
    for _ in 0..<15 { _ = bench.tick() }
    let before = bench.tick().setPoints[0]
    bench.time -= 100
    #expect(bench.tick().setPoints[0] == before)
    bench.time -= 1000
    #expect(bench.tick().isOff, "before the ramp began")
    #expect(bench.gate.state == .stopped(.staleImu))
  }

  @Test("stamps of the far past and future, where differences overflow, are stale and no trap")
  func extremeStamps() {
    for stamp in [Instant(nanoseconds: .min), Instant(nanoseconds: .max)] {
      var bench = Bench.driving()
      var senses = healthySenses(at: stamp)
      senses.frameAt = stamp
      bench.senses = senses
      bench.proposal = wish(1, 1, at: stamp)
      _ = bench.tick()
      #expect(bench.gate.state == .stopping(.staleImu))
    }
    // The difference of the two ends wraps around to a nanosecond, which is no age.
    var gate = Gate(limits: limits)
    gate.finishBooting()
    let (first, last) = (Instant(nanoseconds: .min), Instant(nanoseconds: .max))
    #expect(gate.arm(senses: healthySenses(at: last), now: first) == [.staleImu, .staleFrame])
    #expect(gate.arm(senses: healthySenses(at: first), now: last) == [.staleImu, .staleFrame])
  }
}
