// SPDX-License-Identifier: Apache-2.0
import LoopFixtures
import Quantities
import Runtime
import Safety
import Simulation
import Testing

@Suite("Whatever the mind does")
struct MindTests {
  @Test("a disarmed robot does not move, though its mind would, for ten seconds")
  func disarmed() throws {
    let mind = ConstantMind(1, 1)
    let rig = try Rig(.rover, mind: mind)
    let before = rig.world.truth
    #expect(rig.staysAsleep(2))
    try rig.loop.start()
    #expect(rig.staysAsleep(10))
    #expect(rig.world.truth == before)
    #expect(mind.decisions == 0)
    #expect(rig.loop.lastCommand == .off(count: 2))
  }

  static let bad: [Float] = [.nan, .infinity, -.infinity]

  @Test("NaN or infinity for any motor is off in the tick it is asked", arguments: bad, 0...1)
  func nonFinite(value: Float, channel: Int) throws {
    let mind = ConstantMind(0.5, 0.5)
    let rig = try Rig(.rover, mind: mind)
    try rig.go()
    rig.run(1)
    #expect(!rig.isIdle)
    mind.action[channel] = value
    #expect(rig.decides())
    #expect(rig.isAsleep)
    #expect(rig.stopReason == .nonFiniteCommand)
    #expect(rig.staysAsleep(4))
    #expect(rig.speedMS < 0.01)
  }

  @Test("absurd but finite wishes give full power at the board's rate, not more")
  func absurd() throws {
    let rig = try Rig(.rover, mind: ConstantMind(.greatestFiniteMagnitude, -1e30))
    try rig.go()
    var last = rig.loop.lastCommand.setPoints
    rig.run(2) {
      let now = rig.loop.lastCommand.setPoints
      for i in 0..<2 {
        #expect(abs(now[i]) <= 1)
        let limit = rig.board.motors[i].limits.ratePerS * rig.periodS
        #expect(abs(now[i] - last[i]) <= limit * (1 + 1e-9))
      }
      last = now
    }
    #expect(last[0] == 1 && last[1] == -1)
  }

  @Test("no decision in time ramps to a stop")
  func neverDecides() throws {
    var late: Disguise?
    let rig = try Rig(.rover, mind: ConstantMind(0.4, -0.4)) {
      let disguise = Disguise($0)
      late = disguise
      return disguise
    }
    try rig.go()
    rig.run(2)
    // Older than a camera period, so the mind waits for a better one; younger than the timeout.
    late?.frameDelay = Interval(seconds: 0.25)
    let decided = rig.loop.decisions
    let safety = rig.board.safety
    rig.run(safety.planTimeoutS + safety.rampS + 2 * rig.periodS)
    #expect(rig.loop.decisions <= decided + 1)
    #expect(rig.stopReason == .stalePlan)
    #expect(rig.isAsleep)
    #expect(rig.staysAsleep(3))
    #expect(rig.speedMS < 0.01)
  }

  @Test("a mind that is a little slow costs ticks, which are counted, and nothing else")
  func slow() throws {
    let mind = SlowMind(ConstantMind(0.4, -0.4))
    let rig = try Rig(.rover, mind: mind)
    mind.clock = rig.loop.body.clock
    mind.thinkingS = 0.12
    try rig.go()
    rig.run(3)
    #expect(rig.loop.gate.state == .armed)
    #expect(rig.loop.decisions >= 9)
    #expect(rig.loop.missedTicks == rig.loop.decisions * 11, "12 periods, the tick itself is one")
  }

  @Test("a mind that sleeps over its time is stopped when it comes back", arguments: [1.02, 3, 30])
  func tooSlow(seconds: Double) throws {
    let mind = SlowMind(ConstantMind(0.4, -0.4))
    let rig = try Rig(.rover, mind: mind)
    mind.clock = rig.loop.body.clock
    try rig.go()
    rig.run(2)
    mind.thinkingS = seconds
    #expect(rig.decides())
    if case .stopping = rig.loop.gate.state {} else { Issue.record("\(rig.loop.gate.state)") }
    mind.thinkingS = 0
    rig.run(rig.board.safety.rampS + rig.periodS)
    #expect(rig.isAsleep)
    #expect(rig.stopReason != nil)
  }

  @Test("a decision is as old as the look it was made from, not as its end")
  func ageOfDecisions() throws {
    let mind = SlowMind(ConstantMind(0))
    let rig = try Rig(.balance, mind: mind)
    mind.clock = rig.loop.body.clock
    try rig.loop.start()
    #expect(rig.loop.arm() == [])
    rig.run(0.2)
    mind.thinkingS = 0.1  // longer than plan_timeout, while the IMU's FIFO still holds everything
    #expect(rig.decides())
    #expect(rig.loop.gate.state == .stopping(.stalePlan))
  }
}
