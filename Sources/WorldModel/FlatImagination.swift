// SPDX-License-Identifier: Apache-2.0
import Kernels

/// Imagines with the residual MLP: each candidate's past moves on by a step.
final class FlatImagination: Imagination {
  let rows: Int
  private let predictor: LatentPredictor
  private let history, latent, action: Int
  /// Of each candidate. Shape: [rows, history, latent] and [rows, history, action].
  private let latents, actions: FloatStorage
  private let next: FloatStorage
  /// What all start from.
  private let pastLatents, pastActions, imu: FloatStorage
  private var hasIMU = false

  init(predictor: LatentPredictor, info: ModelInfo, rows: Int) {
    (self.predictor, self.rows) = (predictor, rows)
    (history, latent, action) = (info.predictor.history, info.latent, info.action.width)
    latents = FloatStorage(count: rows * history * latent)
    actions = FloatStorage(count: rows * history * action)
    next = FloatStorage(count: rows * latent)
    pastLatents = FloatStorage(count: history * latent)
    pastActions = FloatStorage(count: (history - 1) * action)
    imu = FloatStorage(count: info.predictor.imuFeatures)
  }

  func remember(_ past: SharedPast, horizon: Int) {
    precondition(past.known == history)
    // SAFETY: the past has the shapes of its contract, storage those above.
    pastLatents.pointer.update(from: past.latents, count: pastLatents.count)
    pastActions.pointer.update(from: past.actions, count: pastActions.count)
    if let features = past.imu { imu.pointer.update(from: features, count: imu.count) }
    hasIMU = past.imu != nil
  }

  func step(_ index: Int, of block: CandidateBlock) -> UnsafePointer<Float> {
    if index == 0 { begin(block.rows) } else { advance(block.rows) }
    // SAFETY: row and index stay inside block.actions [rows, horizon, action].
    for row in 0..<block.rows {
      (actions.pointer + ((row + 1) * history - 1) * action).update(
        from: block.actions + (row * block.horizon + index) * action, count: action)
    }
    // Only the first step follows an interval the IMU has seen.
    predictor.predict(
      rows: block.rows, latents: latents.pointer, actions: actions.pointer,
      imu: index == 0 && hasIMU ? UnsafePointer(imu.pointer) : nil, into: next.pointer)
    return UnsafePointer(next.pointer)
  }

  /// Every row starts from the same past; the newest action is still open.
  private func begin(_ count: Int) {
    // SAFETY: storage was made for rows of these sizes.
    for row in 0..<count {
      (latents.pointer + row * history * latent).update(
        from: pastLatents.pointer, count: pastLatents.count)
      (actions.pointer + row * history * action).update(
        from: pastActions.pointer, count: pastActions.count)
    }
  }

  /// Forgets each row's oldest latent and action and appends the imagined latent.
  private func advance(_ count: Int) {
    // SAFETY: update(from:) allows the overlap; all inside one row's storage.
    for row in 0..<count {
      let first = latents.pointer + row * history * latent
      first.update(from: first + latent, count: (history - 1) * latent)
      (first + (history - 1) * latent).update(from: next.pointer + row * latent, count: latent)
      let taken = actions.pointer + row * history * action
      taken.update(from: taken + action, count: (history - 1) * action)
    }
  }
}
