// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// A simulated input line with the kernel's bounded queue of edges.
package final class FakeEdgeLine: EdgeLine {
  /// gpiolib's default: 16 events a line, the oldest dropped.
  package static let usualCapacity = 16
  /// The most that gpiolib keeps when it is asked to (GPIO_V2_LINES_MAX times 16).
  package static let largestCapacity = 1024
  package let name: String
  package let capacity: Int
  package let kind: EdgeKind
  package private(set) var isHigh = false
  /// What every look ends with; nil is well.
  package var error: LineError?
  /// Whether the next edge is counted, but never queued.
  package var loses: () -> Bool = { false }
  private var queue: [Edge] = []
  private var first = 0
  private var sequence: UInt32 = 0
  private var toLose = 0

  package init(
    name: String, kind: EdgeKind = .rising, capacity: Int = FakeEdgeLine.usualCapacity
  ) {
    (self.name, self.kind, self.capacity) = (name, kind, capacity)
    queue.reserveCapacity(2 * capacity + 1)
  }

  /// A short pulse.
  package func rise(at now: Instant) {
    set(high: true, at: now)
    set(high: false, at: now)
  }

  /// Where the level goes; an edge only when that is a change.
  package func set(high: Bool, at now: Instant) {
    guard high != isHigh else { return }
    isHigh = high
    guard kind == .both || (kind == .rising) == high else { return }
    sequence &+= 1
    guard toLose == 0 else {
      toLose -= 1
      return
    }
    if loses() { return }
    queue.append(Edge(at: now, sequence: sequence, isRising: high))
    if queue.count - first > capacity { dropFirst() }
  }

  /// The next edges are counted, but never queued.
  package func lose(_ count: Int) { toLose += count }

  package func nextEdge() throws(LineError) -> Edge? {
    if let error { throw error }
    guard first < queue.count else { return nil }
    defer { dropFirst() }
    return queue[first]
  }

  /// What is gone is moved out of the way now and then, not each time.
  private func dropFirst() {
    first += 1
    guard first >= capacity else { return }
    queue.removeFirst(first)
    first = 0
  }
}
