// SPDX-License-Identifier: Apache-2.0
import LoopFixtures
import Quantities
import Runtime
import Safety
import Simulation
import Testing

@Suite("Ticks")
struct TickTests {
  @Test("missed ticks are counted and skipped, and the rhythm is kept", arguments: [1, 4, 7, 30])
  func oversleeping(periods: Int) throws {
    var late: Disguise?
    let rig = try Rig(.balance, mind: ConstantMind(0)) {
      let disguise = Disguise($0)
      late = disguise
      return disguise
    }
    try rig.loop.start()
    #expect(rig.loop.arm() == [])
    rig.run(0.1)
    #expect(rig.loop.missedTicks == 0)
    let (ticks, begin) = (rig.loop.ticks, rig.now)
    // Half a period more than whole ones: the tick after them is the next that can be kept.
    late?.oversleep(Interval(seconds: (Double(periods) + 0.5) * rig.periodS))
    rig.loop.tick()
    #expect(rig.loop.ticks == ticks + 1)
    #expect(rig.loop.missedTicks == periods)
    for i in 1...20 {
      rig.loop.tick()
      let elapsed = (rig.now - begin).seconds / rig.periodS
      #expect(abs(elapsed - Double(1 + periods + i)) < 1e-6, "never caught up, never out of step")
    }
    #expect(rig.loop.missedTicks == periods)
    #expect(rig.loop.gate.state == .armed)
  }

  @Test("a tick that is late by less than a period is not missed")
  func slightlyLate() throws {
    var late: Disguise?
    let rig = try Rig(.balance, mind: ConstantMind(0)) {
      let disguise = Disguise($0)
      late = disguise
      return disguise
    }
    try rig.loop.start()
    for _ in 0..<50 {
      late?.oversleep(Interval(seconds: 0.6 * rig.periodS))
      rig.loop.tick()
    }
    #expect(rig.loop.missedTicks == 0)
  }

  @Test("a leap of a year is counted at once")
  func leap() throws {
    let clock = LeapingClock()
    let rig = try Rig(.balance, mind: ConstantMind(0)) { Leaping(clock, $0) }
    try rig.loop.start()
    let before = rig.loop.missedTicks
    clock.leap = Interval(seconds: 365 * 86400)
    rig.loop.tick()
    #expect(abs(rig.loop.missedTicks - before - 365 * 86400 * 200) <= 2)
  }

  @Test("decisions come every decision period", arguments: BoardName.allCases)
  func rhythm(board: BoardName) throws {
    let rig = try Rig(board, mind: BusyMind(board))
    try rig.go()
    rig.run(6)
    let expected = 6 / rig.board.rates.decisionPeriodS
    #expect(abs(Double(rig.loop.decisions) - expected) <= 1)
    let ticks = 7 * rig.board.rates.gateHz  // one second of them at the start
    #expect(abs(Double(rig.loop.ticks) - ticks) <= 1)
  }

  /// What a run leaves behind.
  struct Trace: Equatable {
    var commands: [SafeCommand] = []
    var truths: [SIMD8<Double>] = []
  }

  private func trace(_ board: BoardName, seed: UInt64) throws -> Trace {
    let rig = try Rig(board, mind: BusyMind(board), seed: seed)
    var trace = Trace()
    try rig.go()
    rig.run(5) {
      trace.commands.append(rig.loop.lastCommand)
      trace.truths.append(rig.world.truth)
    }
    return trace
  }

  @Test(
    "the same seed is the same run, bit by bit; another is another", arguments: BoardName.allCases)
  func deterministic(board: BoardName) throws {
    let first = try trace(board, seed: 5)
    let again = try trace(board, seed: 5)
    let other = try trace(board, seed: 6)
    #expect(first == again)
    #expect(first.commands != other.commands)
    #expect(first.truths != other.truths)
    #expect(first.commands.count == other.commands.count)
  }
}
