// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Planning
import Quantities
import WorldModel

/// Searches of the same tasks with several settings, on a model that acts in blocks.
struct SearchBench {
  /// A way to plan.
  enum Search {
    /// LeWorldModel's planner.
    case plain(PlannerSettings)
    /// iCEM.
    case sampling(PlannerSettings)
    /// Of so many iterations, from what a sampling search found.
    case gaussNewton(Int, from: PlannerSettings)
  }

  /// One search's plans.
  struct Result {
    /// Candidates imagined for a plan.
    var evaluations = 0
    /// The model's own squared distance to the goal after the plan, and without acting.
    var costs: [Double] = []
    var before: [Double] = []
    var cpuMs: [Double] = []
  }

  let model: WorldModel
  let horizon: Int
  let seed: UInt64
  /// Correlation of a task's hidden action with the one before it.
  let smoothness: Float

  /// A robot action reaches so many standard deviations of the training data to either side.
  private static let reach: Float = 2
  private var block: Int { model.info.action.block }
  private var actionCount: Int { model.info.action.width / block }

  /// Settings for this model; the first deviation of the samples is that of the training data.
  func settings(
    _ change: (inout PlannerSettings) -> Void
  ) throws(ValidationError) -> PlannerSettings {
    var settings = PlannerSettings(bounds: bounds)
    settings.horizon = horizon * block
    settings.noise = 1 / Self.reach
    settings.cost = PlanCost(pathWeight: 0, terminalWeight: 1, shape: .squared)
    change(&settings)
    do { try settings.check(actionCount: actionCount) } catch {
      throw ValidationError("\(error)")
    }
    return settings
  }

  /// All searches on `pairs` tasks, of at most `rows` candidates at a time.
  func run(pairs: Int, rows: Int, _ all: [Search]) -> [Result] {
    let dynamics = BlockDynamics(model: model, rows: rows, horizon: horizon)
    var results = [Result](repeating: Result(), count: all.count)
    for pair in 0..<pairs {
      var generator = SeededGenerator(seed: seed, stream: "task \(pair)")
      // Somewhere the model itself leads to, and from there on to the goal.
      dynamics.start = dynamics.start.map { _ in Float(generator.normal()) }
      dynamics.start = dynamics.end(of: actions(&generator))
      dynamics.goal = dynamics.end(of: actions(&generator))
      let before = squaredDistance(dynamics.start, dynamics.goal)
      for (index, search) in all.enumerated() {
        let evaluated = dynamics.evaluations
        let start = threadTimeMs()
        let plan = plan(search, dynamics, seed: seed &+ UInt64(pair))
        results[index].cpuMs.append(threadTimeMs() - start)
        results[index].evaluations = dynamics.evaluations - evaluated
        let end = dynamics.end(of: plan)
        results[index].costs.append(squaredDistance(end, dynamics.goal))
        results[index].before.append(before)
      }
    }
    return results
  }

  /// The sequence that a search finds. Shape: [horizon, action].
  private func plan(_ search: Search, _ dynamics: BlockDynamics, seed: UInt64) -> [Float] {
    switch search {
    case .plain(let settings):
      let planner = CEM(settings: settings, actionCount: actionCount, seed: seed)
      _ = planner.plan(dynamics)
      return planner.sequence
    case .sampling(let settings):
      let planner = ICEM(settings: settings, actionCount: actionCount, seed: seed)
      _ = planner.plan(dynamics)
      return planner.sequence
    case .gaussNewton(let iterations, let first):
      let planner = GaussNewton(bounds: bounds, horizon: horizon * block, iterations: iterations)
      planner.plan(dynamics, from: plan(.sampling(first), dynamics, seed: seed))
      return planner.sequence
    }
  }

  /// Candidates that one batch of Gauss-Newton imagines.
  var gaussNewtonRows: Int {
    GaussNewton(bounds: bounds, horizon: horizon * block, iterations: 1).batch
  }

  private var bounds: [ClosedRange<Float>] {
    let action = model.info.action
    return (0..<actionCount).map {
      let reach = Self.reach * action.scale[$0]
      return action.offset[$0] - reach...action.offset[$0] + reach
    }
  }

  /// A random sequence as wide as the training data, each action correlated with the one before it
  /// as asked. Shape: [horizon, action].
  private func actions(_ generator: inout SeededGenerator) -> [Float] {
    var deviations = [Float](repeating: 0, count: actionCount)
    let fresh = (1 - smoothness * smoothness).squareRoot()
    return (0..<horizon * block * actionCount).map { index in
      let (step, which) = (index / actionCount, index % actionCount)
      let noise = Float(generator.normal())
      deviations[which] = step == 0 ? noise : smoothness * deviations[which] + fresh * noise
      let deviation = min(max(deviations[which], -Self.reach), Self.reach)
      return model.info.action.offset[which] + deviation * model.info.action.scale[which]
    }
  }

  private func squaredDistance(_ a: [Float], _ b: [Float]) -> Double {
    zip(a, b).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
  }
}
