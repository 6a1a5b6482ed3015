// SPDX-License-Identifier: Apache-2.0
import Planning

/// A planner that remembers every population it had imagined.
final class WatchedPlanner: Planner {
  /// One call of the dynamics.
  ///
  /// Shape: candidates [rows, horizon, action], distances [rows, horizon].
  struct Imagined {
    let rows: Int
    let candidates, distances: [Float]
  }

  private let planner: ICEM
  private(set) var populations: [Imagined] = []
  private(set) var lastPlan: Plan?

  init(_ planner: ICEM) { self.planner = planner }

  var settings: PlannerSettings { planner.settings }
  var effort: Float {
    get { planner.effort }
    set { planner.effort = newValue }
  }
  var sequence: [Float] { planner.sequence }
  var distances: [Float] { planner.distances }
  func reset() { planner.reset() }
  func forget() { populations.removeAll() }

  func plan(
    _ dynamics: some Dynamics, proposals: UnsafePointer<Float>?, proposalCount: Int,
    isOutOfTime: () -> Bool
  ) -> Plan {
    let watched = WatchedDynamics(dynamics)
    let plan = planner.plan(
      watched, proposals: proposals, proposalCount: proposalCount, isOutOfTime: isOutOfTime)
    (populations, lastPlan) = (watched.populations, plan)
    return plan
  }
}

/// Dynamics that keep what they were asked and what they answered.
private final class WatchedDynamics<Base: Dynamics>: Dynamics {
  private let base: Base
  private(set) var populations: [WatchedPlanner.Imagined] = []

  init(_ base: Base) { self.base = base }

  var actionCount: Int { base.actionCount }

  func distances(
    candidates: UnsafePointer<Float>, rows: Int, horizon: Int,
    into distances: UnsafeMutablePointer<Float>
  ) {
    base.distances(candidates: candidates, rows: rows, horizon: horizon, into: distances)
    // SAFETY: the contract's shapes, copied during the call.
    populations.append(
      WatchedPlanner.Imagined(
        rows: rows,
        candidates: Array(
          UnsafeBufferPointer(start: candidates, count: rows * horizon * actionCount)),
        distances: Array(UnsafeBufferPointer(start: distances, count: rows * horizon))))
  }
}
