// SPDX-License-Identifier: Apache-2.0
import Quantities
import Runtime

/// The comparison's lower end: a fresh random action at every decision.
final class RandomMind: Mind {
  let actionCount: Int
  private var random: SeededGenerator

  init(actionCount: Int, seed: UInt64) {
    self.actionCount = actionCount
    random = SeededGenerator(seed: seed, stream: "random mind")
  }

  func decide(_ percept: Percept, isOutOfTime: () -> Bool) -> Decision {
    var action = SIMD8<Float>.zero
    for i in 0..<actionCount { action[i] = Float(random.uniform(-1...1)) }
    return Decision(action: action)
  }
}

/// Does nothing: how often the start already is the goal.
final class StillMind: Mind {
  let actionCount: Int

  init(actionCount: Int) { self.actionCount = actionCount }

  func decide(_ percept: Percept, isOutOfTime: () -> Bool) -> Decision {
    Decision(action: .zero)
  }
}
