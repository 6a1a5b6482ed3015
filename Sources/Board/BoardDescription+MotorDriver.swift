// SPDX-License-Identifier: Apache-2.0
import Devices

extension BoardDescription {
  /// The chip that powers the motors.
  public struct MotorDriver: Hashable, Sendable {
    public var chip: BridgeChip
    /// The line that enables the chip, by its computer name; low is off. The DRV8833 calls the pin
    /// nSLEEP, the TB6612 STBY.
    public var standbyLine: String
    /// The DRV8833's nFAULT line, by its computer name: low while it protects itself.
    public var faultLine: String?
    /// Where the motors' current goes between the pulses; nil for the chip's usual way.
    public var decay: Decay?
  }
}

extension BoardDescription.MotorDriver {
  enum Keys {
    static let chip = Key<BridgeChip>.choice(
      "chip", called: "a motor driver", .required(example: "tb6612"), "The motor driver.")
    static let standby = Key.text(
      "standby", .required(example: "MOTOR_STBY"),
      "The GPIO line of its STBY or nSLEEP pin, by name; low stops the motors.")
    static let fault = Key.text(
      "fault", .optional(example: "MOTOR_FAULT"),
      "The GPIO line of the DRV8833's nFAULT pin, by name; low tells of a fault.")
    static let decay = Key<Decay>.choice(
      "decay", called: "a decay", .optional(example: "slow"),
      "Where the motors' current goes between the pulses: slow brakes, fast coasts.")
  }

  static let table = Table([Keys.chip, Keys.standby, Keys.fault, Keys.decay])

  init(_ section: Section, names: LineNames) {
    chip = section[Keys.chip]
    standbyLine = names.line(section[Keys.standby])
    decay = section.find(Keys.decay)?.value
    faultLine = section.find(Keys.fault).map { names.line($0.value) }
  }
}
