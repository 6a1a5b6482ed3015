// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// A simulated PWM output of the computer.
package final class FakePWMOutput: PWMOutput {
  package let name: String
  /// Nil while it is stopped.
  package private(set) var period: Interval?
  package private(set) var high = Interval.zero
  /// How often `set(high:)` was called.
  package private(set) var changes = 0
  /// What every call ends with; nil is well.
  package var error: PWMError?

  package init(name: String) { self.name = name }

  /// How long a pulse is, seconds; 0 when there is none.
  package var highS: Double { period == nil ? 0 : high.seconds }

  /// The share of time it is high.
  package var duty: Double { period.map { high.seconds / $0.seconds } ?? 0 }

  package func start(period: Interval) throws(PWMError) {
    if let error { throw error }
    (self.period, high) = (period, .zero)
  }

  package func set(high: Interval) throws(PWMError) {
    if let error { throw error }
    guard let period, high >= .zero, high <= period else {
      throw PWMError(output: name, errno: 22)  // EINVAL: sysfs refuses it
    }
    self.high = high
    changes += 1
  }

  package func stop() throws(PWMError) {
    if let error { throw error }
    (period, high) = (nil, .zero)
  }
}
