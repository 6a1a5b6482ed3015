// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities
import Runtime

/// Always wants the same.
package final class ConstantMind: Mind {
  package let actionCount: Int
  package var action: SIMD8<Float>
  /// How often it was asked.
  package private(set) var decisions = 0

  /// - Parameter count: how many of them are meant; nil for all.
  package init(_ action: Float..., count: Int? = nil) {
    actionCount = count ?? action.count
    self.action = .zero
    for (i, value) in action.enumerated() { self.action[i] = value }
  }

  package func decide(_ percept: Percept, isOutOfTime: () -> Bool) -> Decision {
    decisions += 1
    return Decision(action: action)
  }
}

/// Turns a rover on the spot; keeps a balancing robot up. Both always have their motors busy.
package final class BusyMind: Mind {
  package let actionCount: Int

  package init(_ board: BoardName) { actionCount = board == .balance ? 1 : 2 }

  package func decide(_ percept: Percept, isOutOfTime: () -> Bool) -> Decision {
    var action = SIMD8<Float>.zero
    if actionCount == 2 {
      // Depends on what it feels, so that a different world is answered differently.
      let turn = Float(0.5 + 0.05 * percept.gyroRadS.z)
      (action[0], action[1]) = (-turn, turn)
    } else {
      let speed = percept.speedMS ?? 0
      let wish = 5 * percept.pitchRad + 0.5 * percept.gyroRadS.y + speed
      action[0] = Float(min(max(wish, -1), 1))
    }
    return Decision(action: action)
  }
}

/// Takes its time before it wants the same as ever.
package final class SlowMind: Mind {
  package let actionCount: Int
  package var clock: (any Clock)?
  /// How long a decision takes.
  package var thinkingS = 0.0
  /// How long it says that it took.
  package var saysS = 0.0
  /// What it was asked to imagine.
  package private(set) var efforts: [Float] = []
  private let inner: any Mind

  package init(_ inner: any Mind) { (self.inner, actionCount) = (inner, inner.actionCount) }

  package func decide(_ percept: Percept, isOutOfTime: () -> Bool) -> Decision {
    efforts.append(percept.effort)
    if let clock, thinkingS > 0 { clock.sleep(until: clock.now + Interval(seconds: thinkingS)) }
    var decision = inner.decide(percept, isOutOfTime: isOutOfTime)
    decision.tookS = saysS
    return decision
  }
}
