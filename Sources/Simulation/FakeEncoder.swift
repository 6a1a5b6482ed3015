// SPDX-License-Identifier: Apache-2.0
import Quantities

/// A quadrature encoder on a shaft: its angle becomes edges on two lines, A ahead of B by a quarter
/// of a cycle when the shaft turns forward.
package final class FakeEncoder {
  package let a, b: FakeEdgeLine
  /// A and B exchanged.
  package var isSwapped: Bool
  /// No edge comes out any more.
  package var isUnplugged = false
  private let radPerCount: Double
  private var angleRad = 0.0
  private var count = 0
  private var at = Instant.zero

  /// - Parameter capacity: how many edges of a line the kernel keeps.
  package init(
    a: String, b: String, countsPerTurn: Int, isSwapped: Bool = false,
    capacity: Int = FakeEdgeLine.usualCapacity
  ) {
    self.a = FakeEdgeLine(name: a, kind: .both, capacity: capacity)
    self.b = FakeEdgeLine(name: b, kind: .both, capacity: capacity)
    self.isSwapped = isSwapped
    radPerCount = 2 * .pi / Double(countsPerTurn)
  }

  /// Turns the shaft evenly from where it is to there; each edge comes when its angle is passed.
  package func turn(toRad target: Double, at end: Instant) {
    let (from, start) = (angleRad, at)
    let goal = Int((target / radPerCount).rounded(.down))
    while count != goal {
      let isForward = count < goal
      let edgeRad = Double(isForward ? count + 1 : count) * radPerCount
      let share = target == from ? 1 : min(max((edgeRad - from) / (target - from), 0), 1)
      count += isForward ? 1 : -1
      show(at: start + Interval(seconds: share * (end - start).seconds))
    }
    (angleRad, at) = (target, end)
  }

  /// The four states of a cycle: 00, 10, 11, 01.
  private func show(at now: Instant) {
    guard !isUnplugged else { return }
    let phase = (count % 4 + 4) % 4
    let (isA, isB) = (phase == 1 || phase == 2, phase >= 2)
    a.set(high: isSwapped ? isB : isA, at: now)
    b.set(high: isSwapped ? isA : isB, at: now)
  }

  /// Noise from a motor's brushes: more edges than the kernel keeps.
  package func chatter(at now: Instant) {
    for _ in 0..<a.capacity {
      a.set(high: !a.isHigh, at: now)
      b.set(high: !b.isHigh, at: now)
    }
  }
}
