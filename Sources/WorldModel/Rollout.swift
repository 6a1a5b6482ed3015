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
  private let imagination: any Imagination
  private let last, embeddings: FloatStorage

  /// Storage for `rows` candidates of `horizon` actions.
  ///
  /// Precondition: rows <= model.maximumRows.
  public init(model: WorldModel, rows: Int, horizon: Int) {
    precondition(rows > 0 && horizon > 0 && rows <= model.maximumRows)
    self.model = model
    self.rows = rows
    self.horizon = horizon
    imagination =
      switch model.predictor {
      case .residual(let predictor):
        FlatImagination(predictor: predictor, info: model.info, rows: rows)
      case .conditional(let predictor):
        WindowedImagination(
          predictor: predictor, info: model.info, rows: rows, horizon: horizon)
      }
    last = FloatStorage(count: rows * model.info.latent)
    embeddings = FloatStorage(count: imagination.rows * model.embeddingWidth)
  }

  /// Bytes of its storage; the model's own comes on top.
  public var storageBytes: Int { imagination.storageBytes + [last, embeddings].storageBytes }

  /// Distance to the goal after each step of each candidate: ||e(z) - goal||.
  ///
  /// Shape: history [known, latent] and pastActions [known - 1, action], oldest first; imu
  /// [imuFeatures] of the interval that just ended, or nil; candidates [rows, horizon, action];
  /// goalEmbedding [embeddingWidth]; distances [rows, horizon]; latents, for who wants to see what
  /// is imagined, [rows, horizon, latent].
  /// Precondition: rows <= self.rows and horizon <= self.horizon; known, the predictor's history if
  /// absent, is in its leastHistory...history.
  public func distances(
    rows: Int, horizon: Int, known: Int? = nil, history: UnsafePointer<Float>,
    pastActions: UnsafePointer<Float>, imu: UnsafePointer<Float>?,
    candidates: UnsafePointer<Float>, goalEmbedding: UnsafePointer<Float>,
    into distances: UnsafeMutablePointer<Float>, latents: UnsafeMutablePointer<Float>? = nil
  ) {
    let predictor = model.info.predictor
    let known = known ?? predictor.history
    precondition((0...self.rows).contains(rows) && (1...self.horizon).contains(horizon))
    precondition((predictor.leastHistory...predictor.history).contains(known))
    imagination.remember(
      SharedPast(known: known, latents: history, actions: pastActions, imu: imu), horizon: horizon)
    let (width, size) = (model.info.latent, horizon * model.info.action.width)
    // SAFETY: first and count stay inside the shapes of the contract.
    for first in stride(from: 0, to: rows, by: imagination.rows) {
      let block = CandidateBlock(
        rows: min(imagination.rows, rows - first), horizon: horizon,
        actions: candidates + first * size)
      for step in 0..<horizon {
        let next = imagination.step(step, of: block)
        measure(
          next, rows: block.rows, goalEmbedding: goalEmbedding,
          into: distances + first * horizon + step, stride: horizon)
        if step + 1 == horizon {
          (last.pointer + first * width).update(from: next, count: block.rows * width)
        }
        guard let latents else { continue }
        for row in 0..<block.rows {
          (latents + ((first + row) * horizon + step) * width).update(
            from: next + row * width, count: width)
        }
      }
    }
  }

  /// The latents after the last step of the last call. Shape: [rows, latent].
  public var lastLatents: UnsafePointer<Float> { UnsafePointer(last.pointer) }

  private func measure(
    _ latents: UnsafePointer<Float>, rows: Int, goalEmbedding: UnsafePointer<Float>,
    into distances: UnsafeMutablePointer<Float>, stride: Int
  ) {
    model.embed(rows: rows, latents: latents, into: embeddings.pointer)
    for row in 0..<rows { distances[row * stride] = distance(row: row, to: goalEmbedding) }
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
