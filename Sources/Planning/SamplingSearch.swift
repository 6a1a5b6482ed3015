// SPDX-License-Identifier: Apache-2.0

/// What the sampling planners share: the distribution, the population drawn from it, the best
/// candidate so far and the warm start.
struct SamplingSearch {
  let settings: PlannerSettings
  /// See `Planner.effort`.
  var effort: Float = 1
  private let actionCount: Int
  private var sampler: CandidateSampler
  var distribution: ActionDistribution
  var population: Population
  /// The best candidate of the present plan, over all its iterations.
  private var best: Trajectory
  /// What the last usable plan chose, shifted to the present.
  private(set) var chosen: Trajectory
  /// Actions of the chosen sequence that were planned and are still to come.
  private var plannedSteps = 0
  private var imagined = 0

  init(_ settings: PlannerSettings, actionCount: Int, seed: UInt64) {
    do throws(PlannerSettingsError) { try settings.check(actionCount: actionCount) } catch {
      preconditionFailure("\(error)")
    }
    let bounds = ActionBounds(settings.bounds)
    (self.settings, self.actionCount) = (settings, actionCount)
    sampler = CandidateSampler(settings, bounds: bounds, seed: seed)
    distribution = ActionDistribution(settings, bounds: bounds, actionCount: actionCount)
    population = Population(
      capacity: settings.candidates + settings.keptElites, horizon: settings.horizon,
      actionCount: actionCount)
    best = Trajectory(horizon: settings.horizon, actionCount: actionCount)
    chosen = best
  }

  /// Whether the present plan stands on an earlier one.
  var isWarm: Bool { plannedSteps > 0 }

  mutating func reset() { plannedSteps = 0 }

  /// Starts a plan: mu shifted, or forgotten where nothing planned is left; sigma back to its
  /// start.
  mutating func begin(with dynamics: some Dynamics) {
    precondition(
      dynamics.actionCount == actionCount,
      "planner of \(actionCount) actions given dynamics of \(dynamics.actionCount)")
    imagined = 0
    best.cost = .infinity
    plannedSteps = max(0, plannedSteps - 1)
    if isWarm {
      distribution.shift()
      chosen.shift(actionCount: actionCount, cost: settings.cost)
    } else {
      distribution.forget()
    }
    distribution.widen()
  }

  /// How many of an iteration's candidates the effort allows.
  func rows(of all: Int) -> Int {
    effort < 1 ? max(Int(Float(all) * max(effort, 0)), min(all, 2 * settings.elites)) : all
  }

  /// Draws `rows` candidates.
  mutating func sample(_ rows: Int) {
    sampler.draw(0..<rows, from: distribution, into: &population.candidates)
  }

  /// Puts the mean in place of a sample.
  mutating func placeMean(at row: Int) {
    population.set(row: row, to: distribution.mean, clippedTo: sampler.bounds)
  }

  /// Puts an actor's proposals in place of samples and returns the row after them.
  mutating func place(
    _ proposals: UnsafePointer<Float>?, count: Int, at row: Int, rows: Int
  ) -> Int {
    guard let proposals else { return row }
    let end = min(rows, row + max(0, count))
    population.set(rows: row..<end, to: proposals, clippedTo: sampler.bounds)
    return end
  }

  /// Puts shifted elites in place of samples, whose last action they keep.
  mutating func place(_ elites: EliteSet, first count: Int, at row: Int, rows: Int) {
    let horizon = settings.horizon
    for elite in 0..<min(count, elites.count, rows - row) {
      for step in 0..<(horizon - 1) {
        population.set(
          row: row + elite, step: step, to: elites.sequences,
          from: (elite * horizon + step) * actionCount, clippedTo: sampler.bounds)
      }
    }
  }

  /// Imagines the population and tells whether time sufficed for all of it.
  mutating func imagine(
    _ rows: Int, with dynamics: some Dynamics, isOutOfTime: () -> Bool
  ) -> Bool {
    let done = population.imagine(
      rows, with: dynamics, settings: settings, isOutOfTime: isOutOfTime)
    imagined += done
    for row in 0..<done where population.costs[row] < best.cost {
      best.take(row: row, of: population)
    }
    return done == rows
  }

  /// Chooses what to execute and remembers it for the next plan.
  mutating func conclude(with dynamics: some Dynamics, iterations: Int) -> Plan {
    let isUsable: Bool
    if iterations > 0 {
      isUsable = choose(with: dynamics)
      if isUsable { plannedSteps = settings.horizon }
    } else {
      let hasBest = best.cost < .infinity
      isUsable = isWarm && (hasBest || imagined == 0)
      if isUsable && hasBest && settings.execute == .best { chosen.take(best) }
    }
    var action = SIMD8<Float>.zero
    if isUsable { for i in 0..<actionCount { action[i] = chosen.sequence[i] } }
    return Plan(
      isUsable: isUsable, action: action, cost: isUsable ? chosen.cost : .infinity,
      iterations: iterations, imagined: imagined)
  }

  private mutating func choose(with dynamics: some Dynamics) -> Bool {
    guard best.cost < .infinity else { return false }
    switch settings.execute {
    case .best:
      chosen.take(best)
    case .mean:
      placeMean(at: 0)
      imagined += population.imagine(
        1, with: dynamics, settings: settings, isOutOfTime: { false })
      guard population.costs[0] < .infinity else { return false }
      chosen.take(row: 0, of: population)
    }
    return true
  }
}
