// SPDX-License-Identifier: Apache-2.0
import Planning
import Testing

@Suite struct BoundsTests {
  private let bounds: [ClosedRange<Float>] = [-1...1, 0...0.1, -0.3 ... -0.2, 2...2]

  private func expectInside(_ shown: [[Float]], sequence: [Float]) {
    for values in shown + [sequence] {
      let isInside = values.indices.allSatisfy { bounds[$0 % 4].contains(values[$0]) }
      #expect(isInside)
    }
  }

  @Test(arguments: [0.1, 1, 50] as [Float], [PlannerSettings.Execution.best, .mean])
  func noCandidateEverLeavesTheBounds(noise: Float, execution: PlannerSettings.Execution) {
    let settings = PlannerSettings.with(bounds) {
      ($0.candidates, $0.iterations, $0.elites) = (500, 5, 20)
      ($0.noise, $0.execute) = (noise, execution)
    }
    // A cost that pulls every dimension beyond its upper end.
    let icemWorld = Recorded(actionCount: 4) { _, _, s, k in 10 - s[4 * k..<4 * k + 4].reduce(0, +)
    }
    let mppiWorld = Recorded(actionCount: 4) { _, _, s, k in 10 - s[4 * k..<4 * k + 4].reduce(0, +)
    }
    let icem = ICEM(settings: settings, actionCount: 4, seed: 8)
    let mppi = MPPI(settings: settings, actionCount: 4, seed: 8)
    for _ in 0..<4 {
      #expect(icem.plan(icemWorld).isUsable)
      #expect(mppi.plan(mppiWorld).isUsable)
      expectInside(icemWorld.shown, sequence: icem.sequence)
      expectInside(mppiWorld.shown, sequence: mppi.sequence)
    }
    #expect(icemWorld.shown.reduce(0) { $0 + $1.count / (8 * 4) } >= 10_000)
    // The ends themselves are within reach.
    let all = icemWorld.shown.joined()
    if noise >= 1 { #expect(all.contains(-1) && all.contains(1) && all.contains(0.1)) }
  }

  @Test func proposalsAreClippedAndWhatIsNotANumberBecomesTheMiddle() {
    let settings = PlannerSettings.with([-1...1, 0...4]) {
      ($0.candidates, $0.horizon, $0.iterations) = (8, 2, 2)
    }
    let world = Recorded(actionCount: 2) { _, _, _, _ in 1 }
    let planner = ICEM(settings: settings, actionCount: 2, seed: 1)
    let proposals: [Float] = [1e30, -.infinity, .nan, .nan, -7, 5, 0.5, 3]
    _ = planner.plan(world, proposals: proposals, proposalCount: 2) { false }
    #expect(Array(world.shown[0].prefix(8)) == [1, 0, 0, 2, -1, 4, 0.5, 3])
  }
}
