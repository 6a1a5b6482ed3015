// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// What feeds one input of a bridge, a servo, an ESC or a relay.
public enum PWMChannel {
  /// Channel 0...15 of a PWM chip.
  case chip(PCA9685, channel: Int)
  /// One of the computer's own PWM outputs, with the length of its cycle.
  case output(any PWMOutput, period: Interval)
  /// A line that is only ever low or high: enough for a direction input or a relay.
  case line(any OutputLine)

  /// The length of one cycle, seconds; nil for a line, which cannot pulse.
  var periodS: Double? {
    switch self {
    case .chip(let chip, _): chip.periodS
    case .output(_, let period): period.seconds
    case .line: nil
    }
  }
}
