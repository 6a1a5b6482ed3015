// SPDX-License-Identifier: Apache-2.0
import Quantities
import Safety
import Testing

@Suite("Gate: other limits")
struct LimitChangeTests {
  /// Whether they were taken: a mutation cannot stand inside an expectation.
  private func adopts(_ gate: inout Gate, _ new: GateLimits) -> Bool { gate.adopt(new) }

  private static var narrower: GateLimits {
    var new = limits
    new.actuators[0] = ActuatorLimits(lower: -0.2, upper: 0.2, ratePerS: 5, slewPerS2: 1000)
    (new.tiltRad, new.rampS) = (0.05, 0.6)
    return new
  }

  @Test("are taken while nothing may move, and hold from then on")
  func taken() {
    var bench = Bench()
    let isTaken = adopts(&bench.gate, Self.narrower)
    #expect(isTaken)
    #expect(bench.gate.limits == Self.narrower)
    let tilted = bench.arm()
    #expect(tilted == [.tilted], "the new tilt limit counts")
    var upright = healthySenses(at: bench.now)
    upright.tiltRad = 0
    let refusals = bench.gate.arm(senses: upright, now: bench.now)
    #expect(refusals == [])
    var command = SafeCommand.off(count: 2)
    for _ in 0..<50 {
      bench.time += 10
      upright = healthySenses(at: bench.now)
      upright.tiltRad = 0
      command = bench.gate.pass(wish(1, 1, at: bench.now), senses: upright, now: bench.now)
    }
    #expect(command.setPoints == SetPoints(0.2, 0.8, 0, 0, 0, 0, 0, 0))
  }

  @Test("are refused while it is armed, arming or on the ramp to a stop")
  func refused() {
    var resting = limits
    resting.armingS = 1
    var arming = Bench(resting)
    _ = arming.arm()
    var stopping = Bench.driving()
    stopping.gate.stop(.staleImu, now: stopping.now)
    #expect(stopping.gate.state == .stopping(.staleImu) && arming.gate.state == .arming)
    for bench in [Bench.driving(), arming, stopping] {
      var gate = bench.gate
      let isTaken = adopts(&gate, Self.narrower)
      #expect(!isTaken)
      #expect(gate.limits == bench.gate.limits && gate.state == bench.gate.state)
    }
    var stopped = Bench.driving()
    stopped.gate.stop(.operatorStop, now: stopped.now)
    let isTaken = adopts(&stopped.gate, Self.narrower)
    #expect(isTaken)
    #expect(stopped.gate.state == .stopped(.operatorStop))
  }

  @Test("for other actuators are refused")
  func otherActuators() {
    var gate = Bench().gate
    var one = limits
    one.actuators.removeLast()
    let isTaken = adopts(&gate, one)
    #expect(!isTaken)
    #expect(gate.limits == limits)
  }

  @Test("leave a warm actuator warm")
  func heat() {
    var warm = limits
    warm.actuators[0].heat = HeatLimit(sustained: 0.7, timeConstantS: 1)
    var bench = Bench.driving(warm)
    for _ in 0..<1000 { _ = bench.tick() }
    bench.gate.disarm()
    warm.actuators[0].heat = HeatLimit(sustained: 0.6, timeConstantS: 1)
    let isTaken = adopts(&bench.gate, warm)
    #expect(isTaken)
    _ = bench.arm()
    for _ in 0..<20 { _ = bench.tick() }
    let warmed = bench.tick()
    #expect(warmed.setPoints[0] < 0.65, "a cold one would be at full power")
  }

  @Test("what keeps it from arming is the same as a set and as a list")
  func bars() {
    let bench = Bench()
    var senses = healthySenses(at: bench.now)
    (senses.imuAt, senses.isGyroCalibrated) = (nil, false)
    let list = bench.gate.refusals(senses: senses, now: bench.now)
    #expect(list == [.noImu, .notCalibrated])
    #expect(bench.gate.bars(senses: senses, now: bench.now).all == list)
    let set = bench.gate.bars(senses: senses, now: bench.now)
    #expect(RefusalSet(bits: set.bits) == set)
  }
}
