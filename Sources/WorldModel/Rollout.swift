// SPDX-License-Identifier: Apache-2.0
import Kernels

/// Imagines candidates: from one shared past, `horizon` steps of each, and how far each step's
/// latent is from the goal. All storage is made at init.
public final class Rollout {
  /// Most candidates of one call.
  public let rows: Int
  /// Most steps of one candidate.
  public let horizon: Int
  private let model: WorldModel
  private let latents, actions, next, embeddings: FloatStorage

  /// Storage for `rows` candidates of `horizon` actions.
  ///
  /// Precondition: rows <= model.maximumRows.
  public init(model: WorldModel, rows: Int, horizon: Int) {
    precondition(rows > 0 && horizon > 0 && rows <= model.maximumRows)
    self.model = model
    self.rows = rows
    self.horizon = horizon
    let history = model.info.predictor.history
    latents = FloatStorage(count: rows * history * model.info.latent)
    actions = FloatStorage(count: rows * history * model.info.action.width)
    next = FloatStorage(count: rows * model.info.latent)
    embeddings = FloatStorage(count: rows * model.embeddingWidth)
  }

  /// Distance to the goal after each step of each candidate: ||e(z) - goal||.
  ///
  /// Shape: history [history, latent] and pastActions [history - 1, action], oldest first; imu
  /// [imuFeatures] of the interval that just ended, or nil; candidates [rows, horizon, action];
  /// goalEmbedding [embeddingWidth]; distances [rows, horizon].
  /// Precondition: rows <= self.rows and horizon <= self.horizon.
  public func distances(
    rows: Int, horizon: Int, history: UnsafePointer<Float>, pastActions: UnsafePointer<Float>,
    imu: UnsafePointer<Float>?,
    candidates: UnsafePointer<Float>, goalEmbedding: UnsafePointer<Float>,
    into distances: UnsafeMutablePointer<Float>
  ) {
    precondition((0...self.rows).contains(rows) && (1...self.horizon).contains(horizon))
    begin(rows, history: history, pastActions: pastActions)
    for step in 0..<horizon {
      let width = model.info.action.width
      let past = model.info.predictor.history
      // SAFETY: row and step stay inside candidates [rows, horizon, action].
      for row in 0..<rows {
        (actions.pointer + ((row + 1) * past - 1) * width).update(
          from: candidates + (row * horizon + step) * width, count: width)
      }
      // Only the first step follows an interval the IMU has seen.
      model.predict(
        rows: rows, latents: latents.pointer, actions: actions.pointer,
        imu: step == 0 ? imu : nil, into: next.pointer)
      model.embed(rows: rows, latents: next.pointer, into: embeddings.pointer)
      for row in 0..<rows {
        distances[row * horizon + step] = distance(row: row, to: goalEmbedding)
      }
      if step + 1 < horizon { advance(rows) }
    }
  }

  /// The latents after the last step of the last call. Shape: [rows, latent].
  public var lastLatents: UnsafePointer<Float> { UnsafePointer(next.pointer) }

  /// Every row starts from the same past; the newest action is still open.
  private func begin(
    _ rows: Int, history: UnsafePointer<Float>, pastActions: UnsafePointer<Float>
  ) {
    let past = model.info.predictor.history
    let latentCount = past * model.info.latent
    let width = model.info.action.width
    // SAFETY: storage was made for rows of these sizes.
    for row in 0..<rows {
      (latents.pointer + row * latentCount).update(from: history, count: latentCount)
      (actions.pointer + row * past * width).update(from: pastActions, count: (past - 1) * width)
    }
  }

  /// Forgets each row's oldest latent and action and appends the imagined latent.
  private func advance(_ rows: Int) {
    let past = model.info.predictor.history
    let width = model.info.latent
    let actionWidth = model.info.action.width
    // SAFETY: update(from:) allows the overlap; all inside one row's storage.
    for row in 0..<rows {
      let first = latents.pointer + row * past * width
      first.update(from: first + width, count: (past - 1) * width)
      (first + (past - 1) * width).update(from: next.pointer + row * width, count: width)
      let action = actions.pointer + row * past * actionWidth
      action.update(from: action + actionWidth, count: (past - 1) * actionWidth)
    }
  }

  private func distance(row: Int, to goal: UnsafePointer<Float>) -> Float {
    let width = model.embeddingWidth
    var sum: Float = 0
    for index in 0..<width {
      let difference = embeddings.pointer[row * width + index] - goal[index]
      sum += difference * difference
    }
    return sum.squareRoot()
  }
}
