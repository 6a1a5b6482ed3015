// SPDX-License-Identifier: Apache-2.0
import Quantities

/// Goes from where a mechanism stands to its first command at a bounded speed, then follows every
/// command at once: from there on the gate's limits hold.
struct Approach {
  private(set) var position: Double
  private let speedPerS: Double
  private var lastAt: Instant?
  private var hasArrived = false

  /// - Parameter position: where it stands, as a set point.
  init(from position: Double, speedPerS: Double) {
    (self.position, self.speedPerS) = (position, speedPerS)
  }

  /// Starts over from there.
  mutating func restart(at position: Double) {
    (self.position, lastAt, hasArrived) = (position, nil, false)
  }

  /// The position of this tick; the first one is where it stands.
  mutating func next(_ target: Double, now: Instant) -> Double {
    if !hasArrived {
      let reach = speedPerS * max(0, lastAt.map { (now - $0).seconds } ?? 0)
      lastAt = now
      guard abs(target - position) <= reach else {
        position += target < position ? -reach : reach
        return position
      }
      hasArrived = true
    }
    position = target
    return position
  }
}
