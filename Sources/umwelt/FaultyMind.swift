// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities
import Runtime
import Simulation
import Synchronization

/// A mind that can be broken on purpose.
final class FaultyMind: Mind {
  let inner: any Mind
  /// Any thread may change it.
  var fault: Fault {
    get { present.withLock { $0 } }
    set { present.withLock { $0 = newValue } }
  }
  private let present = Mutex(Fault.ok)
  /// What really passes while it thinks; nil where it only says how long it thought.
  var clock: (any Clock)?
  var deadlineS = 0.0
  var planTimeoutS = 0.0
  private var count = 0

  init(_ inner: any Mind) { self.inner = inner }

  var actionCount: Int { inner.actionCount }

  func decide(_ percept: Percept, isOutOfTime: () -> Bool) -> Decision {
    count += 1
    var decision = inner.decide(percept, isOutOfTime: isOutOfTime)
    switch fault {
    case .off: decision.isMade = false
    case .intermittent: decision.isMade = count % 2 == 0
    case .garbage: decision.action = SIMD8(repeating: .nan)
    case .wrong: decision.action *= 1000
    case .slow: think(1.2 * deadlineS, &decision)
    case .delayed: think(1.5 * planTimeoutS, &decision)
    case .ok, .stuck: break
    }
    return decision
  }

  private func think(_ seconds: Double, _ decision: inout Decision) {
    decision.tookS = seconds
    if let clock { clock.sleep(until: clock.now + Interval(seconds: seconds)) }
  }
}
