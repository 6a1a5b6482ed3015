// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// A relay module whose input is active high, with its normally-open contact. As an output line it
/// is its input.
package final class FakeRelay: OutputLine {
  package let name: String
  package private(set) var isClosed = false
  /// When the contact moved.
  package private(set) var movedAt: [Instant] = []
  /// What driving the input ends with; nil is well.
  package var error: LineError?
  private let now: () -> Instant

  package init(line: String, now: @escaping () -> Instant) { (name, self.now) = (line, now) }

  package func set(high: Bool) throws(LineError) {
    if let error { throw error }
    guard high != isClosed else { return }
    isClosed = high
    movedAt.append(now())
  }

  /// The shortest time between two moves, seconds; nil before the second.
  package var shortestS: Double? {
    zip(movedAt, movedAt.dropFirst()).map { ($1 - $0).seconds }.min()
  }
}
