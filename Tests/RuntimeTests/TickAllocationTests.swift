// SPDX-License-Identifier: Apache-2.0
import Board
import LoopFixtures
import MallocCount
import Planning
import Runtime
import Safety
import Simulation
import Testing
import WorldModel

/// A tick asks for no memory: it might have to wait for it.
@Suite("Memory in a tick", .enabled(if: umwelt_malloc_count_works()))
struct TickAllocationTests {
  static let ticks = 10_000

  @Test(
    "10,000 ticks of each robot, disarmed, armed and stopping, neither ask for memory nor free any",
    arguments: [BoardName.rover, .balance, .full])
  func none(_ name: BoardName) throws {
    try warmUp(name)
    let rig = try Rig(name, mind: BusyMind(name), disguise: { CountedHardware($0) })
    let status = StatusReader(rig.loop)
    try rig.loop.start()
    var counts = umwelt_malloc_counts(allocations: 0, frees: 0)
    func tick(_ count: Int) {
      umwelt_malloc_count_start()
      for _ in 0..<count {
        rig.loop.tick()
        status.read()
      }
      let more = umwelt_malloc_count_stop()
      counts.allocations += more.allocations
      counts.frees += more.frees
    }
    tick(1000)
    #expect(rig.loop.arm() == [])
    (rig.world as? BalanceWorld)?.release(tiltRateRadS: 0)
    rig.run(1)
    tick(Self.ticks)
    #expect(rig.loop.gate.state == .armed, "it drove all the time")
    rig.loop.stop(.operatorStop)
    tick(200)
    #expect(rig.loop.gate.state == .stopped(.operatorStop))
    #expect(counts.allocations == 0 && counts.frees == 0, "\(counts)")
  }

  /// What is made once, at its first use, is made by another robot of the kind.
  private func warmUp(_ name: BoardName) throws {
    let rig = try Rig(name, mind: BusyMind(name), disguise: { CountedHardware($0) })
    let status = StatusReader(rig.loop)
    try rig.go()
    rig.run(2) { status.read() }
    rig.loop.stop(.operatorStop)
    rig.run(2) { status.read() }
    rig.loop.disarm()
    rig.run(0.1) { status.read() }
  }

  @Test("Hundreds of decisions, with ways round what is in the way, ask for no memory either")
  func decisions() throws {
    let board = try BoardName.rover.load()
    let model = try WorldModel(
      path: board.modelPath, precision: .int8, maximumRows: board.planner.candidates,
      boards: board.modelBoards)
    let mind = try PlanningMind(
      board: board, model: model,
      planner: ICEM(settings: PlannerSettings(board), actionCount: 2, seed: 3))
    let count = CountingMind(mind)
    // Behind a pillar each: what it imagines, it cannot do.
    for (seed, pillar) in zip(1...8 as ClosedRange<UInt64>, Room.pillarPlaces) {
      let start = Pose(x: pillar.x - 0.6, y: pillar.y, headingRad: 0)
      let goal = Pose(x: pillar.x + 0.6, y: pillar.y, headingRad: 0)
      mind.setGoal(picture: RoverWorld.picture(of: Room(seed: 7), from: goal, seed: seed))
      let rig = try Rig(
        .rover, mind: count, seed: seed,
        world: RoverWorld(room: Room(seed: 7), start: start, seed: seed),
        imuBins: model.info.imu?.bins ?? 1, disguise: { CountedHardware($0) })
      try rig.go()
      rig.run(60) { goOn(rig) }
    }
    #expect(count.decisions > 500 && count.recoveries > 0, "\(count.recoveries)")
    #expect(count.counts.allocations == 0 && count.counts.frees == 0, "\(count.counts)")
  }

  /// Goes on whatever stopped it.
  private func goOn(_ rig: Rig) {
    guard rig.loop.gate.state.isStopped else { return }
    rig.loop.disarm()
    _ = rig.loop.arm()
  }
}

/// Counts what another asks of malloc while it decides, the first decisions left out: what is made
/// once is made in them.
private final class CountingMind: Mind {
  let actionCount: Int
  private let inner: any Mind
  private(set) var decisions = 0
  private(set) var recoveries = 0
  private(set) var counts = umwelt_malloc_counts(allocations: 0, frees: 0)

  init(_ inner: any Mind) { (self.inner, actionCount) = (inner, inner.actionCount) }

  func decide(_ percept: Percept, isOutOfTime: () -> Bool) -> Decision {
    decisions += 1
    umwelt_malloc_count_start()
    let decision = inner.decide(percept, isOutOfTime: isOutOfTime)
    let more = umwelt_malloc_count_stop()
    if decision.isRecovering { recoveries += 1 }
    if decisions > 10 {
      counts.allocations += more.allocations
      counts.frees += more.frees
    }
    return decision
  }
}
