// SPDX-License-Identifier: Apache-2.0
import Buses

/// The DRV8833 dual H-bridge: logic levels in, motor drives out (TI SLVSAR1E, tables 2 and 3). As
/// an output line it is its nSLEEP pin.
package final class FakeDRV8833: OutputLine {
  package let name: String
  /// nFAULT: open drain.
  package let fault: FakeInputLine
  /// nSLEEP has a pull-down inside (7.3.4): low until somebody drives it.
  package private(set) var isAwake = false
  /// What driving nSLEEP ends with; nil is well.
  package var error: LineError?
  private var isShorted = false

  package init(sleepLine: String, faultLine: String) {
    (name, fault) = (sleepLine, FakeInputLine(name: faultLine))
  }

  package func set(high: Bool) throws(LineError) {
    if let error { throw error }
    isAwake = high
    tellFault()
  }

  /// A motor wire touches another: both bridges are off and nFAULT is low while awake (7.3.5).
  package func short(_ isShorted: Bool) {
    self.isShorted = isShorted
    tellFault()
  }

  /// One bridge; `in1` and `in2` are the shares of time its inputs are high, in cycles that begin
  /// together, as a PCA9685's do.
  package func drive(in1: Double, in2: Double) -> MotorDrive {
    // Both low: coast. Both high: brake. One alone: driven for the time that the other is low.
    guard isAwake, !isShorted, in1 > 0 || in2 > 0 else { return .coasting }
    return .driven(in1 - in2)
  }

  private func tellFault() { fault.isPulledLow = isShorted && isAwake }
}
