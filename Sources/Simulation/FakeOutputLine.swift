// SPDX-License-Identifier: Apache-2.0
import Buses

/// A simulated output line, and the resistor on it.
package final class FakeOutputLine: OutputLine {
  package let name: String
  /// What the line is while nobody drives it.
  package let isPulledHigh: Bool
  /// What it is driven to; nil while nobody drives it.
  package private(set) var driven: Bool?
  /// Called for each level, which has just been driven.
  package var onSet: (Bool) -> Void = { _ in }
  /// What every change ends with; nil is well.
  package var error: LineError?

  package init(name: String, isPulledHigh: Bool = false) {
    (self.name, self.isPulledHigh) = (name, isPulledHigh)
  }

  package var isHigh: Bool { driven ?? isPulledHigh }

  package func set(high: Bool) throws(LineError) {
    if let error { throw error }
    driven = high
    onSet(high)
  }

  /// As after `Hardware.outputLine`.
  package func request(isHigh: Bool = false) { driven = isHigh }

  /// As after the program's end.
  package func release() { driven = nil }
}
