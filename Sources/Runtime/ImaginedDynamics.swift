// SPDX-License-Identifier: Apache-2.0
import Planning
import WorldModel

/// The world model as the planner sees it: candidates in, imagined distances to the goal out.
final class ImaginedDynamics: Dynamics {
  let actionCount: Int
  var memory: LatentMemory
  /// IMU features of the interval that just ended; empty when the predictor takes none.
  var features: [Float]
  /// Shape: [embeddingWidth].
  var goal: [Float]
  private let rollout: Rollout
  /// The actions of the memory and the next. Shape: [history, action].
  private var sequence: [Float]

  init(model: WorldModel, rows: Int, horizon: Int, workers: Int) {
    actionCount = model.info.action.width
    memory = LatentMemory(
      history: model.info.predictor.history, latentWidth: model.info.latent,
      actionWidth: actionCount)
    features = [Float](repeating: 0, count: model.info.predictor.imuFeatures)
    goal = [Float](repeating: 0, count: model.embeddingWidth)
    sequence = [Float](
      repeating: 0, count: model.info.predictor.history * model.info.action.width)
    rollout = Rollout(model: model, rows: rows, horizon: horizon, workers: workers)
  }

  func distances(
    candidates: UnsafePointer<Float>, rows: Int, horizon: Int,
    into distances: UnsafeMutablePointer<Float>
  ) {
    memory.latents.withUnsafeBufferPointer { latents in
      memory.actions.withUnsafeBufferPointer { actions in
        features.withUnsafeBufferPointer { imu in
          goal.withUnsafeBufferPointer { goal in
            guard let z = latents.baseAddress, let g = goal.baseAddress else { return }
            // SAFETY: storage has the model's shapes and outlives the call; with a history of one
            // there are no past actions, and z stands in for a pointer that is not read.
            rollout.distances(
              rows: rows, horizon: horizon, history: z, pastActions: actions.baseAddress ?? z,
              imu: imu.isEmpty ? nil : imu.baseAddress, candidates: candidates, goalEmbedding: g,
              into: distances)
          }
        }
      }
    }
  }
}

extension ImaginedDynamics {
  /// One step from the remembered past under `action`; false when the action is not finite.
  func predictOne(_ action: SIMD8<Float>, with model: WorldModel, into next: inout [Float]) -> Bool
  {
    for i in memory.actions.indices { sequence[i] = memory.actions[i] }
    for i in 0..<actionCount {
      guard action[i].isFinite else { return false }
      sequence[memory.actions.count + i] = action[i]
    }
    memory.latents.withUnsafeBufferPointer { latents in
      sequence.withUnsafeBufferPointer { actions in
        features.withUnsafeBufferPointer { imu in
          next.withUnsafeMutableBufferPointer { target in
            guard let z = latents.baseAddress, let a = actions.baseAddress,
              let to = target.baseAddress
            else { return }
            // SAFETY: one row of the model's shapes; all outlive the call.
            model.predict(
              rows: 1, latents: z, actions: a, imu: imu.isEmpty ? nil : imu.baseAddress, into: to)
          }
        }
      }
    }
    return true
  }
}
