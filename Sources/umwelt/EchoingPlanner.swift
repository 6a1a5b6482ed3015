// SPDX-License-Identifier: Apache-2.0
import Planning

/// A planner that does not search: it has the watched planner's populations imagined once more,
/// keeps what they cost, and decides the same.
final class EchoingPlanner: Planner {
  /// Of each population of the last plan, what each candidate costs.
  private(set) var costs: [[Double]] = []
  private let watched: WatchedPlanner

  init(_ watched: WatchedPlanner) { self.watched = watched }

  var settings: PlannerSettings { watched.settings }
  /// The watched planner's counts.
  var effort: Float = 1
  var sequence: [Float] { watched.sequence }
  var distances: [Float] { watched.distances }
  func reset() {}
  func forget() { costs.removeAll() }

  func plan(
    _ dynamics: some Dynamics, proposals: UnsafePointer<Float>?, proposalCount: Int,
    isOutOfTime: () -> Bool
  ) -> Plan {
    guard let plan = watched.lastPlan else {
      preconditionFailure("the watched planner plans first")
    }
    costs = ranked(watched).map { population in
      var again = [Float](repeating: 0, count: population.distances.count)
      dynamics.distances(
        candidates: population.candidates, rows: population.rows, horizon: settings.horizon,
        into: &again)
      return costs(again)
    }
    return plan
  }

  /// What the watched planner's candidates cost as it imagined them itself.
  func costs(of watched: WatchedPlanner) -> [[Double]] {
    ranked(watched).map { costs($0.distances) }
  }

  /// A single row is the mean, imagined for its cost: there is nothing to rank in it.
  private func ranked(_ watched: WatchedPlanner) -> [WatchedPlanner.Imagined] {
    watched.populations.filter { $0.rows > 1 }
  }

  /// The planner's cost of each path.
  private func costs(_ distances: [Float]) -> [Double] {
    let (horizon, cost) = (settings.horizon, settings.cost)
    return stride(from: 0, to: distances.count, by: horizon).map { start in
      Double(cost(distances, from: start, horizon: horizon))
    }
  }
}
