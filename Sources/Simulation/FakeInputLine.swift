// SPDX-License-Identifier: Apache-2.0
import Buses

/// A simulated input line with a pull-up; whoever pulls it low wins, as with open drain outputs and
/// contacts to ground.
package final class FakeInputLine: InputLine {
  package let name: String
  package var isPulledLow = false
  /// What every look ends with; nil is well.
  package var error: LineError?

  package init(name: String) { self.name = name }

  package func isHigh() throws(LineError) -> Bool {
    if let error { throw error }
    return !isPulledLow
  }
}
