// SPDX-License-Identifier: Apache-2.0

/// What a board file calls an output, before it is known whose it is.
enum OutputName: Hashable, Sendable {
  case channel(Int)
  case named(String)
}

extension BoardDescription {
  /// What drives one input of a motor driver, a servo or an ESC.
  public enum Output: Hashable, Sendable {
    /// A channel of the PWM chip.
    case channel(Int)
    /// A PWM output of the computer, by its name there.
    case computerPWM(String)
    /// A GPIO line of the computer, by its name there: on or off, without PWM.
    case line(String)

    /// The channel's number; nil for what is none.
    public var channel: Int? { if case .channel(let channel) = self { channel } else { nil } }
  }
}
