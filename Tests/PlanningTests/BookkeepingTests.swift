// SPDX-License-Identifier: Apache-2.0
import Planning
import Quantities
import Testing

/// One action, one step: a candidate is a number, and what the planner does can be done by hand.
@Suite struct BookkeepingTests {
  private let alpha: Float = 0.1
  private let scalar = PlannerSettings.with([-1...1]) {
    ($0.candidates, $0.horizon, $0.elites, $0.iterations) = (8, 1, 3, 2)
  }

  private func standardDeviation(_ values: [Float]) -> Float {
    let mean = values.reduce(0, +) / Float(values.count)
    let squares = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
    return (squares / Float(values.count)).squareRoot()
  }

  @Test func oneIterationIsTheFitDoneByHand() {
    let world = Recorded(actionCount: 1) { _, _, s, _ in abs(s[0] - 0.3) }
    let planner = ICEM(settings: scalar, actionCount: 1, seed: 11)
    let plan = planner.plan(world)

    var generator = SeededGenerator(seed: 11, stream: "planner")
    func sample(_ mean: Float, _ deviation: Float) -> [Float] {
      (0..<8).map { _ in min(max(mean + deviation * Float(generator.normal()), -1), 1) }
    }
    let first = sample(0, 0.7)
    #expect(world.shown[0] == first)

    let elites = Array(first.sorted { abs($0 - 0.3) < abs($1 - 0.3) }.prefix(3))
    let mean = (1 - alpha) * elites.reduce(0, +) / 3
    var second = sample(mean, alpha * 0.7 + (1 - alpha) * standardDeviation(elites))
    second[0] = mean
    for (shown, byHand) in zip(world.shown[1], second) { #expect(abs(shown - byHand) < 1e-6) }

    let best = world.shown.joined().min { abs($0 - 0.3) < abs($1 - 0.3) }
    #expect(plan.action[0] == best)
    #expect(planner.sequence == [plan.action[0]])
    #expect(plan.cost == planner.distances[0] * planner.distances[0])
    #expect(plan.isUsable && plan.iterations == 2 && plan.imagined == 16)

    // The next plan starts as wide as the first.
    _ = planner.plan(world)
    #expect(world.shown[2] == sample(0, 0.7))
  }

  @Test func theDeviationNeverFallsBelowItsFloor() {
    var settings = scalar
    (settings.momentum, settings.minimumNoise) = (0, 0.25)
    let world = Recorded(actionCount: 1) { _, _, _, _ in 1 }
    let planner = ICEM(settings: settings, actionCount: 1, seed: 3)
    // Eight equal proposals: elites without any spread.
    let proposals = [Float](repeating: 0.125, count: 8)
    _ = planner.plan(world, proposals: proposals, proposalCount: 8) { false }
    var generator = SeededGenerator(seed: 3, stream: "planner")
    for _ in 0..<8 { _ = generator.normal() }
    let second = (0..<8).map { _ in min(max(0.125 + 0.25 * Float(generator.normal()), -1), 1) }
    #expect(world.shown[1].dropFirst() == second.dropFirst())
  }

  @Test func tiesGoToTheEarlierRow() {
    let world = Recorded(actionCount: 1) { _, _, _, _ in 1 }
    let planner = ICEM(settings: scalar, actionCount: 1, seed: 2)
    let plan = planner.plan(world)
    #expect(plan.action[0] == world.shown[0][0])
    let mean = (1 - alpha) * world.shown[0].prefix(3).reduce(0, +) / 3
    #expect(abs(world.shown[1][0] - mean) < 1e-6)
  }

  @Test func keptElitesCarryTheirCostIntoTheNextIteration() {
    var settings = scalar
    (settings.iterations, settings.keepElites) = (3, 0.6)  // 1.8 of 3, so 2
    // The second iteration imagines nothing finite: its elites are the kept ones alone.
    let world = Recorded(actionCount: 1) { call, _, s, _ in call == 1 ? .nan : abs(s[0] - 0.3) }
    let planner = ICEM(settings: settings, actionCount: 1, seed: 4)
    #expect(planner.plan(world).iterations == 3)
    let elites = world.shown[0].sorted { abs($0 - 0.3) < abs($1 - 0.3) }
    let afterFirst = (1 - alpha) * elites.prefix(3).reduce(0, +) / 3
    let afterSecond = alpha * afterFirst + (1 - alpha) * elites.prefix(2).reduce(0, +) / 2
    #expect(abs(world.shown[2][0] - afterSecond) < 1e-6)
    #expect(world.shown.map(\.count) == [8, 8, 8])  // imagined once only
  }

  @Test func elitesAreShiftedIntoTheNextPlanWithANewLastAction() {
    let settings = PlannerSettings.with([-1...1]) {
      ($0.candidates, $0.horizon, $0.elites, $0.iterations) = (16, 4, 4, 2)
      $0.keepElites = 0.5
      $0.cost = PlanCost(pathWeight: 0, terminalWeight: 1, shape: .linear)
    }
    func cost(_ s: some Collection<Float>) -> Float { s.reduce(0) { $0 + abs($1 - 0.5) } }
    let world = Recorded(actionCount: 1) { _, _, s, _ in cost(s) }
    let planner = ICEM(settings: settings, actionCount: 1, seed: 9)
    _ = planner.plan(world)
    _ = planner.plan(world)
    func rows(_ call: Int) -> [[Float]] {
      (0..<16).map { Array(world.shown[call][4 * $0..<4 * $0 + 4]) }
    }
    let kept = rows(0).sorted { cost($0) < cost($1) }.prefix(2)
    let elites = (rows(1) + kept).sorted { cost($0) < cost($1) }.prefix(2)
    for (row, elite) in zip(rows(2), elites) {
      #expect(row.prefix(3) == elite.dropFirst())
      #expect(row[3] != elite[3])
    }
  }

  @Test func thePopulationDecaysDownToTwiceTheElites() {
    var settings = scalar
    (settings.candidates, settings.elites, settings.iterations, settings.decay) = (40, 4, 5, 2)
    let world = Recorded(actionCount: 1) { _, _, s, _ in s[0] }
    let plan = ICEM(settings: settings, actionCount: 1, seed: 4).plan(world)
    #expect(world.shown.map(\.count) == [40, 20, 10, 8, 8])
    #expect(plan.imagined == 86)
  }

  @Test func aProposalThatWinsIsChosenAsItIs() {
    let settings = PlannerSettings.with([-1...1]) {
      ($0.candidates, $0.horizon, $0.elites) = (8, 4, 3)
    }
    let wanted: [Float] = [-0.9, 0.8, -0.7, 0.6]
    for count in [2, 50] {
      let world = Recorded(actionCount: 1) { _, _, s, k in abs(s[k] - wanted[k]) }
      let planner = ICEM(settings: settings, actionCount: 1, seed: 6)
      let proposals = [Float](repeating: 0, count: 4) + wanted
      let many = (0..<count / 2).flatMap { _ in proposals }
      let plan = planner.plan(world, proposals: many, proposalCount: count) { false }
      #expect(planner.sequence == wanted)
      #expect(plan.cost == 0 && plan.action[0] == -0.9)
      #expect(world.shown.allSatisfy { $0.count == 8 * 4 })
    }
  }

  @Test(arguments: [PlanCost.Shape.squared, .linear])
  func costWeighsThePathAndItsEnd(shape: PlanCost.Shape) {
    let settings = PlannerSettings.with([-1...1]) {
      $0.horizon = 3
      $0.cost = PlanCost(pathWeight: 0.25, terminalWeight: 2, shape: shape)
    }
    let world = Recorded(actionCount: 1) { _, _, _, k in Float(k + 1) }
    let planner = ICEM(settings: settings, actionCount: 1, seed: 6)
    #expect(planner.plan(world).cost == (shape == .squared ? 19.25 : 6.75))
    #expect(planner.distances == [1, 2, 3])
  }

  @Test func executingTheMeanReportsTheMeansOwnFuture() {
    var settings = scalar
    settings.execute = .mean
    let world = Recorded(actionCount: 1) { _, _, s, _ in abs(s[0] - 0.3) }
    let planner = ICEM(settings: settings, actionCount: 1, seed: 11)
    let plan = planner.plan(world)
    #expect(world.shown.map(\.count) == [8, 8, 1] && plan.imagined == 17)
    #expect(world.shown[2] == planner.sequence)
    #expect(planner.distances == [abs(planner.sequence[0] - 0.3)])
  }

  @Test func mppiWeighsByTheExponentialOfTheCost() {
    var settings = scalar
    (settings.iterations, settings.execute) = (1, .mean)
    let world = Recorded(actionCount: 1) { _, row, s, _ in row == 5 ? .nan : abs(s[0] - 0.3) }
    let planner = MPPI(settings: settings, actionCount: 1, seed: 12, temperature: 0.5)
    _ = planner.plan(world)
    let finite = world.shown[0].enumerated().filter { $0.offset != 5 }.map(\.element)
    #expect(world.shown[0][0] == 0)  // the mean is a candidate
    let costs = finite.map { ($0 - 0.3) * ($0 - 0.3) }
    let sorted = costs.sorted()
    let lambda = 0.5 * (sorted[2] - sorted[0])
    let weights = costs.map { Float(Exponential.of(Double(-($0 - sorted[0]) / lambda))) }
    let mean = zip(weights, finite).map { $0 * $1 }.reduce(0, +) / weights.reduce(0, +)
    #expect(abs(planner.sequence[0] - mean) < 1e-5)
  }

  @Test func mppiWeighsTiesAlike() {
    var settings = scalar
    (settings.iterations, settings.execute) = (1, .mean)
    let world = Recorded(actionCount: 1) { _, _, _, _ in 2 }
    let planner = MPPI(settings: settings, actionCount: 1, seed: 12)
    _ = planner.plan(world)
    #expect(abs(planner.sequence[0] - world.shown[0].reduce(0, +) / 8) < 1e-6)
  }
}

/// exp by its series, so that the expected weights do not come from the code under test.
private enum Exponential {
  static func of(_ x: Double) -> Double {
    var (sum, term, n) = (1.0, 1.0, 1.0)
    let reduced = x / 1024
    while n < 12 {
      (term, n) = (term * reduced / n, n + 1)
      sum += term
    }
    return (0..<10).reduce(sum) { power, _ in power * power }
  }
}
