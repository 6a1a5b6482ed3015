// SPDX-License-Identifier: Apache-2.0
import Planning
import Quantities
import Testing

/// Plain CEM against the same done by hand, and what it must not take from iCEM.
@Suite struct CEMTests {
  private let scalar = PlannerSettings.with([-1...1]) {
    ($0.candidates, $0.horizon, $0.elites, $0.iterations) = (8, 1, 3, 2)
  }

  /// Mean and unbiased deviation of the three numbers nearest 0.3.
  private func fit(_ candidates: [Float]) -> (mean: Float, deviation: Float) {
    let elites = candidates.sorted { abs($0 - 0.3) < abs($1 - 0.3) }.prefix(3)
    let mean = elites.reduce(0, +) / 3
    let squares = elites.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
    return (mean, (squares / 2).squareRoot())
  }

  @Test func everyIterationIsTheFitDoneByHandAndItsMeanIsCarriedOut() {
    let world = Recorded(actionCount: 1) { _, _, s, _ in abs(s[0] - 0.3) }
    let planner = CEM(settings: scalar, actionCount: 1, seed: 11)
    let plan = planner.plan(world)

    var generator = SeededGenerator(seed: 11, stream: "planner")
    var (mean, deviation): (Float, Float) = (0, 0.7)
    for iteration in 0..<2 {
      var expected = (0..<8).map { _ in
        min(max(mean + deviation * Float(generator.normal()), -1), 1)
      }
      expected[0] = mean
      for (shown, byHand) in zip(world.shown[iteration], expected) {
        #expect(abs(shown - byHand) < 1e-6)
      }
      (mean, deviation) = fit(world.shown[iteration])
    }
    #expect(world.shown.count == 3 && world.shown[2].count == 1)
    #expect(abs(world.shown[2][0] - mean) < 1e-6)
    #expect(plan.action[0] == world.shown[2][0])
    #expect(plan.cost == planner.distances[0] * planner.distances[0])
    #expect(plan.isUsable && plan.iterations == 2 && plan.imagined == 17)
  }

  @Test func whatBelongsToICEMChangesNothing() {
    let settings = PlannerSettings.with([-1...1, -1...1]) {
      ($0.candidates, $0.horizon, $0.elites, $0.iterations) = (16, 5, 4, 3)
    }
    var other = settings
    (other.colour, other.keepElites, other.decay) = (2, 1, 1.5)
    (other.momentum, other.minimumNoise, other.execute) = (0.5, 0.3, .best)
    let sequences = [settings, other].map { settings in
      let planner = CEM(settings: settings, actionCount: 2, seed: 4)
      _ = planner.plan(DoubleIntegrator(0.3, -0.2))
      return planner.sequence
    }
    #expect(sequences[0] == sequences[1])
    #expect(sequences[0].contains { $0 != 0 })
  }

  @Test func noCandidateLeavesTheBoundsAndTheMeanFindsTheNearestPoint() {
    // Two actions that the bounds allow and one that they do not.
    let target: [Float] = [0.6, -0.4, 1.5]
    let world = Recorded(actionCount: 1) { _, _, sequence, _ in
      zip(sequence, target).map { ($0 - $1) * ($0 - $1) }.reduce(0, +).squareRoot()
    }
    let settings = PlannerSettings.with([-1...1]) {
      ($0.candidates, $0.horizon, $0.elites, $0.iterations) = (100, 3, 10, 20)
      $0.cost = PlanCost(pathWeight: 0)
    }
    let planner = CEM(settings: settings, actionCount: 1, seed: 2)
    #expect(planner.plan(world).isUsable)
    #expect(world.shown.joined().allSatisfy { (-1...1).contains($0) })
    for (found, best) in zip(planner.sequence, [0.6, -0.4, 1]) {
      #expect(abs(found - Float(best)) < 1e-2)
    }
  }
}
