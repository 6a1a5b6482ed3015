// SPDX-License-Identifier: Apache-2.0
import Kernels

/// One thread's part of a `Rollout`: storage to imagine with, and the loop over its candidates.
final class Imaginer {
  private let imagination: any Imagination
  private let head: ThreeLayers?
  private let embeddings: FloatStorage
  private let latent, action, embedding: Int

  /// For `rows` candidates of `horizon` actions; `isShared` if another thread uses the model's own
  /// storage at the same time.
  init(model: WorldModel, rows: Int, horizon: Int, isShared: Bool) {
    switch model.predictor {
    case .residual(let predictor):
      let own = isShared ? LatentPredictor(sharing: predictor, rows: rows) : predictor
      imagination = FlatImagination(predictor: own, info: model.info, rows: rows)
    case .conditional(let predictor):
      let own = isShared ? ActionConditionedPredictor(sharing: predictor) : predictor
      imagination = WindowedImagination(
        predictor: own, info: model.info, rows: rows, horizon: horizon)
    }
    head = model.head.map { isShared ? ThreeLayers(sharing: $0, rows: rows) : $0 }
    (latent, action, embedding) = (
      model.info.latent, model.info.action.width, model.embeddingWidth
    )
    embeddings = FloatStorage(count: imagination.rows * embedding)
  }

  /// Candidates `first`..<`end` of a call.
  func imagine(_ call: Rollout.Call, from first: Int, to end: Int) {
    if first == end { return }
    imagination.remember(call.past, horizon: call.horizon)
    let (horizon, size) = (call.horizon, call.horizon * action)
    // SAFETY: row and count stay inside the shapes of the call.
    for row in stride(from: first, to: end, by: imagination.rows) {
      let block = CandidateBlock(
        rows: min(imagination.rows, end - row), horizon: horizon,
        actions: call.candidates + row * size)
      for step in 0..<horizon {
        let next = imagination.step(step, of: block)
        measure(
          next, rows: block.rows, goal: call.goal, into: call.distances + row * horizon + step,
          stride: horizon)
        if step + 1 == horizon {
          (call.last + row * latent).update(from: next, count: block.rows * latent)
        }
        guard let latents = call.latents else { continue }
        for index in 0..<block.rows {
          (latents + ((row + index) * horizon + step) * latent).update(
            from: next + index * latent, count: latent)
        }
      }
    }
  }

  private func measure(
    _ latents: UnsafePointer<Float>, rows: Int, goal: UnsafePointer<Float>,
    into distances: UnsafeMutablePointer<Float>, stride: Int
  ) {
    var points = latents
    if let head {
      head.apply(rows: rows, latents, into: embeddings.pointer)
      points = UnsafePointer(embeddings.pointer)
    }
    for row in 0..<rows {
      distances[row * stride] = distance(points + row * embedding, goal)
    }
  }

  private func distance(_ point: UnsafePointer<Float>, _ goal: UnsafePointer<Float>) -> Float {
    var sum: Float = 0
    for index in 0..<embedding {
      let difference = point[index] - goal[index]
      sum += difference * difference
    }
    return sum.squareRoot()
  }
}
