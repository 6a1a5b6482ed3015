// SPDX-License-Identifier: Apache-2.0

/// A command that passed the Gate, and the only thing that actuator drivers accept.
///
/// Its initialiser is internal to Safety: "everything passed the gate" is a rule of the compiler.
public struct SafeCommand: Equatable, Sendable {
  /// Set points in the order of `GateLimits.actuators`; 0 beyond `count`.
  public let setPoints: SetPoints
  public let count: Int
  /// Whether the power stage may be awake (standby line high).
  public let isEnabled: Bool

  init(setPoints: SetPoints, count: Int, isEnabled: Bool) {
    (self.setPoints, self.count, self.isEnabled) = (setPoints, count, isEnabled)
  }

  /// Everything off. Always allowed, whoever asks.
  public static func off(count: Int) -> SafeCommand {
    SafeCommand(setPoints: .zero, count: count, isEnabled: false)
  }
}
