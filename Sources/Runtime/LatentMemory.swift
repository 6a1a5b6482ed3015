// SPDX-License-Identifier: Apache-2.0

/// Short-term memory: the last latents and the actions between them, oldest first.
struct LatentMemory {
  let history: Int
  let latentWidth: Int
  let actionWidth: Int
  /// Shape: [history, latentWidth].
  private(set) var latents: [Float]
  /// Shape: [history - 1, actionWidth]; the action from each latent to the next.
  private(set) var actions: [Float]
  private(set) var isEmpty = true

  init(history: Int, latentWidth: Int, actionWidth: Int) {
    (self.history, self.latentWidth, self.actionWidth) = (history, latentWidth, actionWidth)
    latents = [Float](repeating: 0, count: history * latentWidth)
    actions = [Float](repeating: 0, count: (history - 1) * actionWidth)
  }

  mutating func clear() { isEmpty = true }

  /// Takes in the newest latent. The first one fills the whole past: a robot at rest has seen it
  /// before.
  mutating func append(_ latent: [Float]) {
    for row in 0..<history {
      let isLast = row == history - 1
      for i in 0..<latentWidth {
        let kept = isEmpty || isLast ? latent[i] : latents[(row + 1) * latentWidth + i]
        latents[row * latentWidth + i] = kept
      }
    }
    if isEmpty { for i in actions.indices { actions[i] = 0 } }
    isEmpty = false
  }

  /// The action taken from the newest latent.
  mutating func append(action: SIMD8<Float>) {
    guard history > 1 else { return }
    for row in 0..<(history - 1) {
      for i in 0..<actionWidth {
        let isLast = row == history - 2
        actions[row * actionWidth + i] = isLast ? action[i] : actions[(row + 1) * actionWidth + i]
      }
    }
  }
}
