// SPDX-License-Identifier: Apache-2.0
import Planning

/// A planner that does not search: it has the watched planner's populations imagined once more,
/// hands both answers over for comparison, and decides the same.
final class EchoingPlanner: Planner {
  private let watched: WatchedPlanner
  private let comparison: PrecisionComparison

  init(_ watched: WatchedPlanner, comparison: PrecisionComparison) {
    (self.watched, self.comparison) = (watched, comparison)
  }

  var settings: PlannerSettings { watched.settings }
  var sequence: [Float] { watched.sequence }
  var distances: [Float] { watched.distances }
  func reset() {}

  func plan(
    _ dynamics: some Dynamics, proposals: UnsafePointer<Float>?, proposalCount: Int,
    isOutOfTime: () -> Bool
  ) -> Plan {
    guard let plan = watched.lastPlan else {
      preconditionFailure("the watched planner plans first")
    }
    let horizon = settings.horizon
    var pairs: [PrecisionComparison.Costs] = []
    // A single row is the mean, imagined for its cost: there is nothing to rank in it.
    for population in watched.populations where population.rows > 1 {
      var again = [Float](repeating: 0, count: population.rows * horizon)
      dynamics.distances(
        candidates: population.candidates, rows: population.rows, horizon: horizon, into: &again)
      pairs.append(
        PrecisionComparison.Costs(
          int8: costs(population.distances), float: costs(again)))
    }
    comparison.add(pairs)
    return plan
  }

  /// The planner's cost of each path.
  private func costs(_ distances: [Float]) -> [Double] {
    let (horizon, cost) = (settings.horizon, settings.cost)
    return stride(from: 0, to: distances.count, by: horizon).map { start in
      Double(cost(distances, from: start, horizon: horizon))
    }
  }
}
