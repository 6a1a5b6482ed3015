// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// A simulated input line with the kernel's bounded queue of edges.
package final class FakeEdgeLine: EdgeLine {
  /// gpiolib's default: 16 events a line, the oldest dropped.
  package static let capacity = 16
  package let name: String
  package let kind: EdgeKind
  package private(set) var isHigh = false
  /// What every look ends with; nil is well.
  package var error: LineError?
  /// Whether the next edge is counted, but never queued.
  package var loses: () -> Bool = { false }
  private var queue: [Edge] = []
  private var sequence: UInt32 = 0
  private var toLose = 0

  package init(name: String, kind: EdgeKind = .rising) {
    (self.name, self.kind) = (name, kind)
    queue.reserveCapacity(Self.capacity + 1)
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
    if queue.count > Self.capacity { queue.removeFirst() }
  }

  /// The next edges are counted, but never queued.
  package func lose(_ count: Int) { toLose += count }

  package func nextEdge() throws(LineError) -> Edge? {
    if let error { throw error }
    return queue.isEmpty ? nil : queue.removeFirst()
  }
}
