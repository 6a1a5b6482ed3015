// SPDX-License-Identifier: Apache-2.0
import Buses

/// The TB6612FNG dual H-bridge: logic levels in, motor drives out (Toshiba TB6612FNG, H-SW control
/// table).
package final class FakeTB6612: OutputLine {
  package let name: String
  /// STBY has a pull-down inside: low until somebody drives it.
  package private(set) var isAwake = false

  package init(standbyLine: String) { name = standbyLine }

  /// As by its pull-down, while nobody drives the line.
  package func fallAsleep() { isAwake = false }

  package func set(high: Bool) throws(LineError) { isAwake = high }

  /// One bridge. `pwm` is the duty of its PWM input, `in1` and `in2` are levels.
  package func drive(pwm: Double, in1: Bool, in2: Bool) -> MotorDrive {
    guard isAwake else { return .coasting }
    switch (in1, in2) {
    case (true, true): return .driven(0)  // short brake
    case (true, false): return .driven(pwm)  // PWM low is short brake: mean voltage = duty
    case (false, true): return .driven(-pwm)
    case (false, false): return pwm > 0 ? .coasting : .driven(0)
    }
  }
}
