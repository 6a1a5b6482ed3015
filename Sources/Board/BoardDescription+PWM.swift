// SPDX-License-Identifier: Apache-2.0

extension BoardDescription {
  /// The chip that makes the motors' PWM, with 16 channels.
  public struct PWM: Hashable, Sendable {
    public var chip: Chip
    public var bus: String
    public var address: UInt8
    public var frequencyHz: Double

    /// PWM chips with a driver.
    public enum Chip: String, CaseIterable, Hashable, Sendable { case pca9685 }
  }
}

extension BoardDescription.PWM {
  enum Keys {
    static let chip = Key<Chip>.choice(
      "chip", called: "a PWM chip", .required(example: "pca9685"), "The PWM chip.")
    static let bus = Key.text("bus", .required(example: "i2c-1"), "The I2C bus it hangs on.")
    static let address = Key.i2cAddress(
      .required(example: "0x40"), "Its I2C address: 0x40 plus what its straps add.")
    /// Source: NXP PCA9685 rev. 4, section 7.3.5: 24 Hz to 1526 Hz with the internal 25 MHz.
    static let frequency = Key.quantity(
      "frequency", .hertz, 24...1526, .required(example: "1000 Hz"),
      "The PWM's frequency: about 1000 Hz for motors, 50 Hz for servos.")
  }

  static let table = Table([Keys.chip, Keys.bus, Keys.address, Keys.frequency])

  init(_ section: Section) {
    chip = section[Keys.chip]
    bus = section[Keys.bus]
    address = section[Keys.address]
    frequencyHz = section[Keys.frequency]
  }
}
