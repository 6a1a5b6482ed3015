// SPDX-License-Identifier: Apache-2.0
import Devices

extension BoardDescription {
  /// A chip that measures a supply.
  public struct Power: Hashable, Sendable {
    public var name: String
    public var chip: PowerChip
    public var bus: String
    public var address: UInt8
    /// The resistor whose voltage tells the current; INA chips only.
    public var shuntOhm: Double?
    /// The largest current to measure; INA chips only.
    public var maxCurrentA: Double?
    /// The highest voltage of the supply.
    public var maxVoltageV: Double
    /// The input that the divider feeds; ADS1115 only.
    public var channel: Int?
    /// The divider from the supply (upper) to ground (lower); ADS1115 only.
    public var upperOhm: Double?
    public var lowerOhm: Double?
    /// Below this the robot stops for its battery's sake; nil to never.
    public var lowV: Double?
    /// Above this the robot stops for its motors' sake; nil for the largest current to measure.
    public var highA: Double?
  }
}

extension BoardDescription.Power {
  enum Keys {
    static let name = Key.name("name", .required(example: "battery"), "What is measured.")
    static let chip = Key<PowerChip>.choice(
      "chip", called: "a power monitor", .required(example: "ina219"), "The chip.")
    static let bus = Key.text("bus", .required(example: "i2c-1"), "The I2C bus it hangs on.")
    static let address = Key.i2cAddress(
      .required(example: "0x41"), "Its I2C address, which its A0 and A1 (or ADDR) pins choose.")
    static let shunt = Key.quantity(
      "shunt", .ohms, 0.0001...10, .optional(example: "0.1 Ohm"),
      "The resistor whose voltage tells the current; for the INA219 and INA226.")
    static let maxCurrent = Key.quantity(
      "max_current", .amperes, 0.01...500, .optional(example: "3.2 A"),
      "The largest current to measure; for the INA219 and INA226.")
    static let maxVoltage = Key.quantity(
      "max_voltage", .volts, 0.5...100, .standard(value: "16 V"),
      "The highest voltage of the supply.")
    static let channel = Key.whole(
      "channel", 0...3, .optional(example: "0"), "The input AIN0 to AIN3; for the ADS1115.")
    static let upper = Key.quantity(
      "upper", .ohms, 1...10_000_000, .optional(example: "30 kOhm"),
      "The divider's resistor from the supply to the input; for the ADS1115.")
    static let lower = Key.quantity(
      "lower", .ohms, 1...10_000_000, .optional(example: "10 kOhm"),
      "The divider's resistor from the input to ground; for the ADS1115.")
    static let low = Key.quantity(
      "low", .volts, 0.5...100, .optional(example: "6.6 V"),
      "Below this voltage the battery is empty.")
    static let high = Key.quantity(
      "high", .amperes, 0.01...500, .optional(example: "2.5 A"),
      "Above this current something is wrong; max_current when absent.")
  }

  static let table = Table([
    Keys.name, Keys.chip, Keys.bus, Keys.address, Keys.shunt, Keys.maxCurrent,
    Keys.maxVoltage, Keys.channel, Keys.upper, Keys.lower, Keys.low, Keys.high
  ])

  init(_ section: Section) {
    name = section[Keys.name]
    chip = section[Keys.chip]
    bus = section[Keys.bus]
    address = section[Keys.address]
    shuntOhm = section.find(Keys.shunt)?.value
    maxCurrentA = section.find(Keys.maxCurrent)?.value
    maxVoltageV = section[Keys.maxVoltage]
    channel = section.find(Keys.channel)?.value
    upperOhm = section.find(Keys.upper)?.value
    lowerOhm = section.find(Keys.lower)?.value
    lowV = section.find(Keys.low)?.value
    highA = section.find(Keys.high)?.value
  }
}
