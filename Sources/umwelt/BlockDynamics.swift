// SPDX-License-Identifier: Apache-2.0
import Planning
import WorldModel

/// A world model whose action is a block of robot actions, as a planner over the single actions
/// sees it: a candidate of horizon x block actions lies in memory as one of horizon blocks.
final class BlockDynamics: ResidualDynamics {
  let actionCount: Int
  /// Shape: [latent]; what is known at the start, and where to.
  var start, goal: [Float]
  /// Candidates imagined so far.
  private(set) var evaluations = 0
  private let rollout: Rollout
  private let block, horizon: Int
  private var blockDistances: [Float]

  /// Plans of `horizon` model steps, `rows` at a time.
  init(model: WorldModel, rows: Int, horizon: Int) {
    block = model.info.action.block
    actionCount = model.info.action.width / block
    self.horizon = horizon
    rollout = Rollout(model: model, rows: rows, horizon: horizon)
    start = [Float](repeating: 0, count: model.info.latent)
    goal = [Float](repeating: 0, count: model.embeddingWidth)
    blockDistances = [Float](repeating: 0, count: rows * horizon)
  }

  /// Every action of a block has the distance after the block.
  ///
  /// Precondition: horizon == self.horizon * block.
  func distances(
    candidates: UnsafePointer<Float>, rows: Int, horizon: Int,
    into distances: UnsafeMutablePointer<Float>
  ) {
    imagine(candidates, rows: rows, horizon: horizon)
    for index in 0..<rows * horizon { distances[index] = blockDistances[index / block] }
  }

  var residualCount: Int { start.count }

  func residuals(
    candidates: UnsafePointer<Float>, rows: Int, horizon: Int,
    into residuals: UnsafeMutablePointer<Float>
  ) {
    imagine(candidates, rows: rows, horizon: horizon)
    for index in 0..<rows * start.count {
      residuals[index] = rollout.lastLatents[index] - goal[index % start.count]
    }
  }

  private func imagine(_ candidates: UnsafePointer<Float>, rows: Int, horizon: Int) {
    precondition(horizon == self.horizon * block)
    evaluations += rows
    rollout.distances(
      rows: rows, horizon: self.horizon, known: 1, history: start, pastActions: start, imu: nil,
      candidates: candidates, goalEmbedding: goal, into: &blockDistances)
  }

  /// The latent where a sequence leads. Shape: actions [horizon, block * actionCount].
  func end(of actions: [Float]) -> [Float] {
    var ignored = [Float](repeating: 0, count: horizon)
    rollout.distances(
      rows: 1, horizon: horizon, known: 1, history: start, pastActions: start, imu: nil,
      candidates: actions, goalEmbedding: goal, into: &ignored)
    return (0..<start.count).map { rollout.lastLatents[$0] }
  }
}
