// SPDX-License-Identifier: Apache-2.0
import Board
import Planning
import Runtime
import WorldModel

/// Two minds in one robot: the int8 one drives, and the float one sees, remembers and imagines the
/// very same, so that their answers can be compared.
final class ComparingMind: Mind {
  let actionCount: Int
  private let driver, shadow: PlanningMind
  private let watched: WatchedPlanner
  private let comparison: PrecisionComparison

  init(
    board: BoardDescription, int8: WorldModel, float: WorldModel, judge: any Judge, seed: UInt64,
    comparison: PrecisionComparison
  ) throws(StartError) {
    watched = WatchedPlanner(
      ICEM(settings: PlannerSettings(board), actionCount: board.actions.count, seed: seed))
    driver = try PlanningMind(board: board, model: int8, planner: watched)
    shadow = try PlanningMind(
      board: board, model: float, planner: EchoingPlanner(watched, comparison: comparison))
    actionCount = driver.actionCount
    self.comparison = comparison
    driver.setGoal(of: judge)
    shadow.setGoal(of: judge)
  }

  func begin(_ perception: Perception) {
    driver.begin(perception)
    shadow.begin(perception)
  }

  func decide(_ perception: Perception, isOutOfTime: () -> Bool) -> Decision {
    watched.forget()
    let decision = driver.decide(perception, isOutOfTime: isOutOfTime)
    _ = shadow.decide(perception, isOutOfTime: { false })
    if !watched.populations.isEmpty { comparison.add(driver.latent, shadow.latent) }
    return decision
  }
}
