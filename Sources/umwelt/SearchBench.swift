// SPDX-License-Identifier: Apache-2.0
import Planning
import Quantities
import WorldModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Searches of the same tasks with several settings, on a model that acts in blocks.
struct SearchBench {
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
  ) throws(PlannerSettingsError) -> PlannerSettings {
    let action = model.info.action
    var settings = PlannerSettings(
      bounds: (0..<actionCount).map {
        let reach = Self.reach * action.scale[$0]
        return action.offset[$0] - reach...action.offset[$0] + reach
      })
    settings.horizon = horizon * block
    settings.noise = 1 / Self.reach
    settings.cost = PlanCost(pathWeight: 0, terminalWeight: 1, shape: .squared)
    change(&settings)
    try settings.check(actionCount: actionCount)
    return settings
  }

  /// All settings on `pairs` tasks.
  func run(pairs: Int, _ all: [PlannerSettings]) -> [Result] {
    let rows = all.map(\.candidates).max() ?? 1
    let dynamics = BlockDynamics(model: model, rows: rows, horizon: horizon)
    var results = [Result](repeating: Result(), count: all.count)
    for pair in 0..<pairs {
      var generator = SeededGenerator(seed: seed, stream: "task \(pair)")
      // Somewhere the model itself leads to, and from there on to the goal.
      dynamics.start = dynamics.start.map { _ in Float(generator.normal()) }
      dynamics.start = dynamics.end(of: actions(&generator))
      dynamics.goal = dynamics.end(of: actions(&generator))
      let before = squaredDistance(dynamics.start, dynamics.goal)
      for (index, settings) in all.enumerated() {
        let planner = ICEM(settings: settings, actionCount: actionCount, seed: seed &+ UInt64(pair))
        let evaluated = dynamics.evaluations
        let start = Self.threadMs()
        _ = planner.plan(dynamics)
        results[index].cpuMs.append(Self.threadMs() - start)
        results[index].evaluations = dynamics.evaluations - evaluated
        let end = dynamics.end(of: planner.sequence)
        results[index].costs.append(squaredDistance(end, dynamics.goal))
        results[index].before.append(before)
      }
    }
    return results
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

  private static func threadMs() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) * 1e-6
  }
}
