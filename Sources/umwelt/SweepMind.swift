// SPDX-License-Identifier: Apache-2.0
import Runtime

/// Wants what it is told to want, one command for each motor; the gate has the last word.
final class SweepMind: Mind {
  let actionCount: Int
  var action = SIMD8<Float>.zero

  init(motors: Int) { actionCount = motors }

  func decide(_ percept: Percept, isOutOfTime: () -> Bool) -> Decision {
    Decision(action: action)
  }
}
