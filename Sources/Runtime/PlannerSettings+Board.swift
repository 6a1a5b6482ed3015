// SPDX-License-Identifier: Apache-2.0
import Board
import Planning

extension PlannerSettings {
  /// The search that `board.yaml` describes, bounded by what the board's motors may be told.
  public init(_ board: BoardDescription) {
    self.init(
      bounds: board.actions.map { action in
        let followers = board.actuators.filter { action.motors.contains($0.name) }
        let ranges = followers.map(\.limits.position)
        let lower = ranges.map(\.lowerBound).max() ?? 0
        let upper = ranges.map(\.upperBound).min() ?? 0
        return Float(lower)...Float(upper)
      })
    let planner = board.planner
    (candidates, horizon, iterations) = (planner.candidates, planner.horizon, planner.iterations)
    (elites, noise, colour) = (planner.elites, Float(planner.noise), Float(planner.colour))
    (keepElites, decay) = (Float(planner.keepElites), Float(planner.decay))
    cost = PlanCost(
      pathWeight: Float(planner.pathWeight), terminalWeight: Float(planner.terminalWeight))
    execute = .mean
  }
}
