// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities
import Runtime
import Simulation

/// A mind that can be broken on purpose.
final class FaultyMind: Mind {
  let inner: any Mind
  var fault = Fault.ok
  /// The loop's clock and limits, once there is a loop.
  var clock: (any Clock)?
  var deadlineS = 0.0
  var planTimeoutS = 0.0
  private var count = 0

  init(_ inner: any Mind) { self.inner = inner }

  var actionCount: Int { inner.actionCount }

  func begin(_ perception: Perception) { inner.begin(perception) }

  func decide(_ perception: Perception, isOutOfTime: () -> Bool) -> Decision {
    count += 1
    var decision = inner.decide(perception, isOutOfTime: isOutOfTime)
    switch fault {
    case .off: decision.isMade = false
    case .intermittent: decision.isMade = count % 2 == 0
    case .garbage: decision.action = SIMD8(repeating: .nan)
    case .wrong: decision.action *= 1000
    case .slow: think(1.2 * deadlineS)
    case .delayed: think(1.5 * planTimeoutS)
    case .ok, .stuck: break
    }
    return decision
  }

  private func think(_ seconds: Double) {
    guard let clock else { return }
    clock.sleep(until: clock.now + Interval(seconds: seconds))
  }
}
