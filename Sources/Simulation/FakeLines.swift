// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// A simulated output line with a pull resistor.
package final class FakeOutputLine: OutputLine {
  package let name: String
  package private(set) var isHigh: Bool
  private let onChange: (Bool) -> Void

  /// - Parameter isHigh: where the resistor pulls it until somebody drives it.
  package init(name: String, isHigh: Bool, onChange: @escaping (Bool) -> Void) {
    (self.name, self.isHigh, self.onChange) = (name, isHigh, onChange)
    onChange(isHigh)
  }

  package func set(high: Bool) {
    isHigh = high
    onChange(high)
  }
}

/// A simulated input line with the kernel's bounded queue of edges.
package final class FakeEdgeLine: EdgeLine {
  /// gpiolib's default: 16 events a line, the oldest dropped.
  private static let capacity = 16
  package let name: String
  private var queue: [Edge] = []
  private var sequence: UInt32 = 0

  package init(name: String) {
    self.name = name
    queue.reserveCapacity(Self.capacity + 1)
  }

  package func rise(at now: Instant) {
    sequence &+= 1
    queue.append(Edge(at: now, sequence: sequence))
    if queue.count > Self.capacity { queue.removeFirst() }
  }

  package func nextEdge() throws(LineError) -> Edge? { queue.isEmpty ? nil : queue.removeFirst() }
}
