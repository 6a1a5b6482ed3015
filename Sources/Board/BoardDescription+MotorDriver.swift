// SPDX-License-Identifier: Apache-2.0

extension BoardDescription {
  /// The chip that powers the motors.
  public struct MotorDriver: Hashable, Sendable {
    public var chip: Chip
    /// The name of the GPIO line that enables the chip; low is off.
    public var standbyLine: String

    /// Motor drivers with a driver.
    public enum Chip: String, CaseIterable, Hashable, Sendable { case tb6612 }
  }
}

extension BoardDescription.MotorDriver {
  enum Keys {
    static let chip = Key<Chip>.choice(
      "chip", called: "a motor driver", .required(example: "tb6612"), "The motor driver.")
    static let standby = Key.text(
      "standby", .required(example: "MOTOR_STBY"),
      "The GPIO line of its STBY pin, by name; low stops the motors.")
  }

  static let table = Table([Keys.chip, Keys.standby])

  init(_ section: Section) {
    chip = section[Keys.chip]
    standbyLine = section[Keys.standby]
  }
}
