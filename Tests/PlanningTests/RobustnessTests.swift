// SPDX-License-Identifier: Apache-2.0
import Planning
import Testing

@Suite struct RobustnessTests {
  private func both(_ settings: PlannerSettings) -> [any Planner] {
    [
      ICEM(settings: settings, actionCount: 1, seed: 1),
      MPPI(settings: settings, actionCount: 1, seed: 1)
    ]
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity], [PlanCost.Shape.squared, .linear])
  func futuresThatAreNotFiniteAreNeverChosen(bad: Float, shape: PlanCost.Shape) {
    let settings = PlannerSettings.with([-1...1]) { $0.cost.shape = shape }
    for planner in both(settings) {
      // Three of four candidates break somewhere on the way; the sound ones are told by their path.
      let world = Recorded(actionCount: 1) { _, row, s, k in
        row % 4 != 2 && k == row % 8 ? bad : 1 + abs(s[k])
      }
      let plan = planner.plan(world)
      #expect(plan.isUsable && plan.cost.isFinite && plan.iterations == 3)
      let isFinite = (planner.distances + planner.sequence).allSatisfy { $0.isFinite }
      #expect(isFinite)
    }
  }

  @Test func nothingFiniteIsNoPlanAndDoesNoLastingHarm() {
    for execution in [PlannerSettings.Execution.best, .mean] {
      let settings = PlannerSettings.with([-1...1]) { $0.execute = execution }
      for planner in both(settings) {
        var isBroken = false
        let world = Recorded(actionCount: 1) { _, _, s, k in isBroken ? .nan : abs(s[k] - 0.5) }
        for broken in [true, false, true, false] {
          isBroken = broken
          let plan = planner.plan(world)
          #expect(plan.isUsable == !broken)
          #expect(plan.iterations == 3)
          #expect(plan.cost.isFinite == !broken)
          #expect(broken ? plan.action == .zero : plan.action[0] > 0.2)
        }
        planner.reset()
        isBroken = true
        _ = planner.plan(world)
        #expect(!planner.plan(world) { true }.isUsable)  // there is nothing to shift
      }
    }
  }

  @Test func aMeanWhoseOwnFutureIsNotFiniteIsNoPlan() {
    let settings = PlannerSettings.with([-1...1]) { $0.execute = .mean }
    for planner in both(settings) {
      let world = Recorded(actionCount: 1) { call, _, s, k in call == 3 ? .nan : abs(s[k]) }
      #expect(!planner.plan(world).isUsable)
    }
  }

  @Test func costsAtTheEndsOfTheNumbersKeepActionsFinite() {
    let settings = PlannerSettings.with([-1...1]) {
      $0.cost = PlanCost(pathWeight: 0, terminalWeight: 1, shape: .linear)
      ($0.elites, $0.execute) = (40, .mean)
    }
    for planner in both(settings) {
      let world = Recorded(actionCount: 1) { _, row, _, _ in
        row % 3 == 0 ? .nan : row % 3 == 1 ? 3e38 : -3e38
      }
      _ = planner.plan(world)
      let isFinite = world.shown.joined().allSatisfy { $0.isFinite && abs($0) <= 1 }
      #expect(isFinite)
      // The mean is not what a number lost would be replaced by.
      #expect(world.shown[1][0..<8].contains { $0 != 0 })
    }
  }

  @Test func oneSoundCandidateIsEnough() {
    for planner in both(.with([-1...1])) {
      let world = Recorded(actionCount: 1) { call, row, _, _ in call == 0 && row == 7 ? 1 : .nan }
      #expect(planner.plan(world).isUsable)
      let alone = Array(world.shown[0][7 * 8..<8 * 8])
      #expect(planner.sequence == alone)
      // One elite has no spread to tell: the next iteration looks as widely as before.
      let offsets = world.shown[1].enumerated().map { abs($0.element - alone[$0.offset % 8]) }
      #expect(offsets.reduce(0, +) / Float(offsets.count) > 0.25)
    }
  }

  @Test func theSameSeedGivesTheSameBytesAndAnotherSeedOthers() {
    func episode<P: Planner>(_ make: (UInt64) -> P, _ seed: UInt64) -> [UInt32] {
      let (planner, pendulum) = (make(seed), Pendulum())
      return (0..<20).flatMap { _ in
        let plan = planner.plan(pendulum)
        pendulum.act(plan.action)
        return (planner.sequence + planner.distances + [plan.cost]).map(\.bitPattern)
      }
    }
    func check<P: Planner>(_ make: (UInt64) -> P) {
      #expect(episode(make, 1) == episode(make, 1))
      #expect(episode(make, 1) != episode(make, 2))
    }
    check { ICEM(settings: .pendulum(), actionCount: 1, seed: $0) }
    check { MPPI(settings: .pendulum(), actionCount: 1, seed: $0) }
  }

  @Test func aHorizonOfOneStepAndAllElitesPlansToo() {
    let settings = PlannerSettings.with([-1...1]) {
      ($0.horizon, $0.candidates, $0.elites, $0.keepElites) = (1, 4, 4, 1)
    }
    for planner in both(settings) {
      let world = Recorded(actionCount: 1) { _, _, s, _ in abs(s[0]) }
      for _ in 0..<3 { #expect(planner.plan(world).isUsable) }
    }
  }
}
