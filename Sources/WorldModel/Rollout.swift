// SPDX-License-Identifier: Apache-2.0
import Kernels

/// Imagines candidates: from one shared past, `horizon` steps of each, and how far each step's
/// latent is from the goal. All storage is made at init.
public final class Rollout {
  /// Most candidates of one call.
  public let rows: Int
  /// Most steps of one candidate.
  public let horizon: Int
  /// Threads that imagine, the caller included.
  public var workers: Int { pool.count }
  private let model: WorldModel
  private let pool: WorkerPool
  private let imaginers: [Imaginer]
  private let last: FloatStorage
  private var call: Call?

  /// Storage for `rows` candidates of `horizon` actions.
  ///
  /// With several `workers` candidates are dealt to as many threads in fixed shares; results are
  /// the same bits. The float path stays on one thread, because OpenBLAS is not asked from several.
  /// Precondition: rows <= model.maximumRows and workers > 0.
  public init(model: WorldModel, rows: Int, horizon: Int, workers: Int = 1) {
    precondition(rows > 0 && horizon > 0 && rows <= model.maximumRows && workers > 0)
    self.model = model
    self.rows = rows
    self.horizon = horizon
    pool = WorkerPool(workers: model.precision.predictor == .int8 ? min(workers, rows) : 1)
    let share = (rows + pool.count - 1) / pool.count
    imaginers = (0..<pool.count).map { index in
      Imaginer(model: model, rows: share, horizon: horizon, isShared: index > 0)
    }
    last = FloatStorage(count: rows * model.info.latent)
  }

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
    call = Call(
      rows: rows, horizon: horizon,
      past: SharedPast(known: known, latents: history, actions: pastActions, imu: imu),
      candidates: candidates, goal: goalEmbedding, distances: distances, latents: latents,
      last: last.pointer)
    pool.run(self)
    call = nil
  }

  /// The latents after the last step of the last call. Shape: [rows, latent].
  public var lastLatents: UnsafePointer<Float> { UnsafePointer(last.pointer) }

  /// What one call asks for; its pointers live as long as the call.
  struct Call {
    let rows, horizon: Int
    let past: SharedPast
    let candidates, goal: UnsafePointer<Float>
    let distances: UnsafeMutablePointer<Float>
    let latents: UnsafeMutablePointer<Float>?
    let last: UnsafeMutablePointer<Float>
  }
}

extension Rollout: SharedWork {
  func work(_ index: Int) {
    guard let call else { return }
    let share = (call.rows + pool.count - 1) / pool.count
    let first = min(index * share, call.rows)
    imaginers[index].imagine(call, from: first, to: min(first + share, call.rows))
  }
}
