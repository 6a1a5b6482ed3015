// SPDX-License-Identifier: Apache-2.0
import Planning
import Testing

/// A clock that says yes for so many questions.
private final class Patience {
  var left: Int
  private(set) var asked = 0
  init(_ left: Int) { self.left = left }
  func isOut() -> Bool {
    asked += 1
    left -= 1
    return left < 0
  }
}

@Suite struct DeadlineTests {
  private let settings = PlannerSettings.with([-1...1, -1...1]) {
    ($0.candidates, $0.elites, $0.horizon, $0.iterations) = (16, 4, 5, 4)
  }

  private func both(_ settings: PlannerSettings) -> [any Planner] {
    [
      ICEM(settings: settings, actionCount: 2, seed: 1),
      MPPI(settings: settings, actionCount: 2, seed: 1)
    ]
  }

  @Test(arguments: 1...4) func theDeadlineAfterSoManyIterationsLeavesTheBestOfThose(k: Int) {
    for planner in both(settings) {
      let world = Recorded(actionCount: 2) { _, _, s, j in abs(s[2 * j]) + abs(s[2 * j + 1] - 1) }
      let patience = Patience(k)
      let plan = planner.plan(world, isOutOfTime: patience.isOut)
      #expect(plan.isUsable && plan.iterations == k && plan.imagined == 16 * k)
      #expect(world.shown.count == k)
      let candidates = world.shown.flatMap { call in
        (0..<16).map { Array(call[10 * $0..<10 * $0 + 10]) }
      }
      #expect(candidates.contains(planner.sequence))
    }
  }

  @Test func theBestSoFarNeverGetsWorseWithTime() {
    for kind in 0..<2 {
      let costs = (1...4).map { k in
        let patience = Patience(k)
        return both(settings)[kind].plan(DoubleIntegrator(1, 1), isOutOfTime: patience.isOut).cost
      }
      for (earlier, later) in zip(costs, costs.dropFirst()) { #expect(later <= earlier) }
      #expect(costs[3] < costs[0])
    }
  }

  @Test func noTimeAtAllGivesNoPlanAfterAColdStart() {
    for planner in both(settings) {
      let world = Recorded(actionCount: 2) { _, _, _, _ in 1 }
      let plan = planner.plan(world) { true }
      #expect(!plan.isUsable && plan.iterations == 0 && plan.imagined == 0)
      #expect(plan.action == .zero && plan.cost == .infinity && world.shown.isEmpty)
    }
  }

  @Test(arguments: [PlannerSettings.Execution.best, .mean])
  func noTimeAfterAWarmStartGivesThePreviousPlanShiftedUntilItIsUsedUp(
    execution: PlannerSettings.Execution
  ) {
    var settings = settings
    settings.execute = execution
    for planner in both(settings) {
      let world = DoubleIntegrator(1, 0)
      _ = planner.plan(world)
      let (planned, path) = (planner.sequence, planner.distances)
      for step in 1..<5 {
        let plan = planner.plan(world) { true }
        #expect(plan.isUsable && plan.iterations == 0 && plan.imagined == 0)
        #expect(plan.action[0] == planned[2 * step] && plan.action[1] == planned[2 * step + 1])
        #expect(planner.distances[0] == path[step] && plan.cost.isFinite)
      }
      #expect(!planner.plan(world) { true }.isUsable)
      #expect(planner.plan(world).isUsable)
    }
  }

  @Test func resetForgetsTheWarmStart() {
    for planner in both(settings) {
      _ = planner.plan(DoubleIntegrator(1, 0))
      planner.reset()
      #expect(!planner.plan(DoubleIntegrator(1, 0)) { true }.isUsable)
    }
  }

  @Test func chunksAskTheDeadlineAndCountForTheBestButNotForTheDistribution() {
    var settings = settings
    settings.chunk = 6  // 6 + 6 + 4
    for planner in both(settings) {
      // Only row 3 of the second iteration is any good.
      let world = Recorded(actionCount: 2) { call, row, _, _ in call == 3 && row == 3 ? 0.5 : 1 }
      // Before iteration 0, its two gaps, before iteration 1: then out.
      let patience = Patience(4)
      let plan = planner.plan(world, isOutOfTime: patience.isOut)
      #expect(patience.asked == 5)
      #expect(world.shown.map { $0.count / 10 } == [6, 6, 4, 6])
      #expect(plan.isUsable && plan.iterations == 1 && plan.imagined == 22)
      #expect(planner.distances == [0.5, 0.5, 0.5, 0.5, 0.5])
    }
  }

  @Test func lessEffortImaginesFewerButNeverFewerThanTwiceTheElites() {
    for planner in both(settings) {
      let all = planner.plan(DoubleIntegrator(1, 0)).imagined
      planner.effort = 0.5
      let half = planner.plan(DoubleIntegrator(1, 0)).imagined
      #expect(half < all && half >= all / 2 - settings.iterations)
      planner.effort = 0
      let least = planner.plan(DoubleIntegrator(1, 0)).imagined
      #expect(least >= 2 * settings.elites * settings.iterations && least <= half)
      planner.effort = 1
      #expect(planner.plan(DoubleIntegrator(1, 0)).imagined == all)
    }
  }

  @Test func chunksDoNotChangeThePlan() {
    var chunked = settings
    chunked.chunk = 5
    for (whole, parts) in zip(both(settings), both(chunked)) {
      #expect(whole.plan(DoubleIntegrator(1, 2)) == parts.plan(DoubleIntegrator(1, 2)))
      #expect(whole.sequence == parts.sequence)
    }
  }

  @Test func aFirstIterationCutShortIsNoPlanAfterAColdStart() {
    var settings = settings
    settings.chunk = 4
    for planner in both(settings) {
      let patience = Patience(2)
      let plan = planner.plan(DoubleIntegrator(1, 1), isOutOfTime: patience.isOut)
      #expect(!plan.isUsable && plan.iterations == 0 && plan.imagined == 8)
    }
  }

  @Test func aFirstIterationCutShortAfterAWarmStartGivesTheBestOfWhatWasImagined() {
    var settings = settings
    settings.chunk = 4
    for planner in both(settings) {
      var isBroken = false
      let world = Recorded(actionCount: 2) { call, row, _, _ in
        isBroken ? .nan : call >= 16 && row == 2 ? 0.5 : 1
      }
      _ = planner.plan(world)  // 4 iterations of 4 chunks
      let patience = Patience(1)
      let plan = planner.plan(world, isOutOfTime: patience.isOut)
      #expect(plan.isUsable && plan.iterations == 0 && plan.imagined == 4)
      #expect(planner.sequence == Array(world.shown[16][20..<30]))
      #expect(planner.distances[0] == 0.5)

      // All that was imagined is broken: the old plan is not trusted either.
      isBroken = true
      let again = Patience(1)
      #expect(!planner.plan(world, isOutOfTime: again.isOut).isUsable)
    }
  }
}
