// SPDX-License-Identifier: Apache-2.0
import Devices

extension BoardDescription {
  /// The chip that makes PWM, with 16 channels.
  public struct PWM: Hashable, Sendable {
    public var chip: PWMChip
    public var bus: String
    public var address: UInt8
    public var frequencyHz: Double
    /// The line of its output-enable pin, by its computer name: low lets the outputs work, and a
    /// pull-up keeps them off while nobody drives it. Nil where the pin is tied to ground.
    public var outputEnableLine: String?
  }
}

extension BoardDescription.PWM {
  enum Keys {
    static let chip = Key<PWMChip>.choice(
      "chip", called: "a PWM chip", .required(example: "pca9685"), "The PWM chip.")
    static let bus = Key.text("bus", .required(example: "i2c-1"), "The I2C bus it hangs on.")
    static let address = Key.i2cAddress(
      .required(example: "0x40"), "Its I2C address: 0x40 plus what its straps add.")
    /// Source: NXP PCA9685 rev. 4, section 7.3.5: 24 Hz to 1526 Hz with the internal 25 MHz.
    static let frequency = Key.quantity(
      "frequency", .hertz, 24...1526, .required(example: "1000 Hz"),
      "The PWM's frequency: about 1000 Hz for motors, 50 Hz for servos.")
    static let outputEnable = Key.text(
      "output_enable", .optional(example: "PWM_OE"),
      "The GPIO line of its OE pin, by name; high, or nobody there, switches every output off.")
  }

  static let table = Table([
    Keys.chip, Keys.bus, Keys.address, Keys.frequency, Keys.outputEnable
  ])

  init(_ section: Section, names: LineNames) {
    chip = section[Keys.chip]
    bus = section[Keys.bus]
    address = section[Keys.address]
    frequencyHz = section[Keys.frequency]
    outputEnableLine = section.find(Keys.outputEnable).map { names.line($0.value) }
  }
}
