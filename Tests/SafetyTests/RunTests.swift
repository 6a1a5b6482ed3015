// SPDX-License-Identifier: Apache-2.0
import Quantities
import Safety
import Testing

/// What one run of the robot may know of the one before, and of what was wrong before it.
@Suite("A new run")
struct RunTests {
  private func tick(_ bench: inout Bench, _ spoil: (inout Senses) -> Void = { _ in }) {
    var senses = completeSenses(at: ms(bench.time + 10))
    spoil(&senses)
    bench.senses = senses
    _ = bench.tick()
  }

  private func arm(_ bench: inout Bench) {
    bench.senses = completeSenses(at: bench.now)
    #expect(bench.arm() == [])
  }

  @Test("what was wrong before it was armed has to last anew")
  func debounce() {
    var bench = Bench(complete)
    for _ in 0..<100 { tick(&bench) { $0.computer?.temperatureC = 85 } }
    #expect(bench.gate.active.all == [.hot])
    arm(&bench)
    for _ in 0..<50 { tick(&bench) { $0.computer?.temperatureC = 85 } }
    #expect(bench.gate.state == .armed)
    tick(&bench) { $0.computer?.temperatureC = 85 }
    #expect(bench.gate.state == .degraded(.hot))
  }

  @Test("failed transfers before it was armed are forgiven")
  func busErrors() {
    var bench = Bench(complete)
    tick(&bench)
    tick(&bench) { $0.busErrors = 20 }
    arm(&bench)
    tick(&bench) { $0.busErrors = 40 }
    #expect(bench.gate.state == .armed)
  }

  @Test("a pause before it was armed is no late tick")
  func pause() {
    var bench = Bench(complete)
    tick(&bench)
    bench.time += 60_000
    arm(&bench)
    tick(&bench)
    #expect(bench.gate.state == .armed && bench.gate.active.isEmpty)
  }

  @Test("what was decided while it was arming is not followed")
  func decidedWhileArming() {
    var slow = complete
    slow.armingS = 0.5
    var bench = Bench(slow)
    bench.senses = completeSenses(at: bench.now)
    bench.senses?.measured = .zero
    #expect(bench.arm() == [])
    for _ in 0..<49 { tick(&bench) { $0.measured = .zero } }
    bench.proposal = wish(1, 0.8, at: bench.now)
    tick(&bench) { $0.measured = .zero }
    #expect(bench.gate.state == .armed)
    var last = SafeCommand.off(count: 2)
    for _ in 0..<30 {
      var senses = completeSenses(at: ms(bench.time + 10))
      senses.measured = .zero
      bench.senses = senses
      last = bench.tick()
    }
    #expect(last.isEnabled && last.setPoints == .zero, "it rests until a new decision")
  }

  @Test("set points start from 0 where nothing is measured, or no number")
  func startsFromZero() {
    for spoil: (inout Senses) -> Void in [
      { ($0.measured[0], $0.isMeasured[0]) = (0.9, false) },
      { $0.measured[0] = .nan }, { $0.measured[0] = .infinity }
    ] {
      var bench = Bench(complete)
      var senses = completeSenses(at: bench.now)
      spoil(&senses)
      bench.senses = senses
      #expect(bench.arm() == [])
      bench.proposal = wish(0, -0.4, at: bench.now)
      bench.senses = completeSenses(at: ms(10))
      #expect(bench.tick().setPoints[0] == 0)
    }
  }

  @Test("what is ignored is not even shown, and what only warns does not keep a robot slow")
  func ignoredAndWarned() {
    var mild = complete
    mild.failsafes[.hot] = Failsafe(.ignore)
    var bench = Bench(mild)
    for _ in 0..<100 { tick(&bench) { $0.computer?.temperatureC = 85 } }
    #expect(bench.gate.active.isEmpty)
    arm(&bench)
    tick(&bench) { $0.planShare = 2 }
    #expect(bench.gate.state == .degraded(.latePlan))
    for _ in 0..<205 { tick(&bench) { $0.computer?.at = ms(-20_000) } }
    #expect(bench.gate.active.all == [.staleComputer])
    #expect(bench.gate.state == .armed)
  }

  @Test("an actuator that warms faster than a period is as hot as its command says")
  func fastHeat() {
    var model = HeatModel(limit: HeatLimit(sustained: 0.5, timeConstantS: 0.004), periodS: 0.01)
    model.feel(0.4)
    #expect(abs(model.heat - 0.16) < 1e-12)
    model.feel(0)
    #expect(model.heat == 0)
  }

  @Test("a cold actuator may be told the square root of ten times what it bears for ever")
  func coldBound() {
    let model = HeatModel(limit: HeatLimit(sustained: 0.3, timeConstantS: 10), periodS: 0.01)
    #expect(abs(model.bound - 0.3 * 10.0.squareRoot()) < 1e-12)
  }

  @Test("a set point brakes no harder and no softer than it must to end at its target")
  func brakes() {
    // A slew of 1 in a period of 1: speeds are whole, and two units are 1.5 and then 0.5.
    var limiter = RateLimiter(
      limits: ActuatorLimits(lower: 0, upper: 100, ratePerS: 50, slewPerS2: 1), periodS: 1)
    for _ in 0..<2 { _ = limiter.step(towards: 100) }
    #expect(limiter.position == 3 && limiter.velocity == 2)
    #expect(limiter.step(towards: 5) == 4.5)
    #expect(limiter.step(towards: 5) == 5)
    #expect(limiter.step(towards: 5) == 5)
  }
}
