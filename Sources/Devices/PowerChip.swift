// SPDX-License-Identifier: Apache-2.0
import Buses

/// The chips that watch a supply, by their names in board.yaml.
public enum PowerChip: String, CaseIterable, Hashable, Sendable {
  case ina219, ina226
  /// An ADS1115 behind a voltage divider: voltage only.
  case ads1115

  /// What the chip offers, as its driver says beside the datasheet's table.
  public var traits: PowerTraits {
    switch self {
    case .ina219: INA219.traits
    case .ina226: INA226.traits
    case .ads1115: ADS1115.powerTraits
    }
  }

  /// The driver.
  /// - Throws: `DeviceError.unsupported` when the chip cannot be set up so.
  public func driver(
    device: I2CDevice, settings: PowerSettings
  ) throws(DeviceError) -> any PowerMonitor {
    switch (self, settings) {
    case (.ina219, .shunt(let shunt)): return try INA219(device: device, settings: shunt)
    case (.ina226, .shunt(let shunt)): return try INA226(device: device, settings: shunt)
    case (.ads1115, .divider(let divider)):
      return try DividedSupply(device: device, settings: divider)
    case (.ads1115, .shunt):
      throw traits.refusal("shunt", "a current measurement", "a divider")
    case (.ina219, .divider), (.ina226, .divider):
      throw traits.refusal("divider", "a divided voltage", "a shunt")
    }
  }
}

/// How a supply is measured.
public enum PowerSettings: Hashable, Sendable {
  case shunt(ShuntSettings)
  case divider(DividerSettings)
}

/// A supply that flows through a shunt resistor.
public struct ShuntSettings: Hashable, Sendable {
  public var shuntOhm: Double
  /// Currents up to plus or minus this; the resolution follows from it.
  public var maxCurrentA: Double
  /// The highest voltage of the supply.
  public var maxVoltageV: Double
  /// How many conversions the chip averages.
  public var averages: Int

  public init(shuntOhm: Double, maxCurrentA: Double, maxVoltageV: Double, averages: Int = 1) {
    (self.shuntOhm, self.maxCurrentA) = (shuntOhm, maxCurrentA)
    (self.maxVoltageV, self.averages) = (maxVoltageV, averages)
  }
}

/// A supply whose voltage is divided down to an analog input.
public struct DividerSettings: Hashable, Sendable {
  public var input: AnalogInput
  /// Supply voltage over input voltage: (upper + lower resistor) / lower resistor.
  public var ratio: Double
  public var rangeV: Double
  public var rateHz: Double

  public init(input: AnalogInput, ratio: Double, rangeV: Double, rateHz: Double) {
    (self.input, self.ratio) = (input, ratio)
    (self.rangeV, self.rateHz) = (rangeV, rateHz)
  }

  /// A divider by its resistors, in the smallest range that holds the supply's highest voltage, at
  /// the slowest and quietest rate.
  public init(input: AnalogInput, upperOhm: Double, lowerOhm: Double, maxVoltageV: Double) {
    let ratio = (upperOhm + lowerOhm) / lowerOhm
    let rangeV = ADS1115.ranges.last { $0 >= maxVoltageV / ratio } ?? ADS1115.ranges[0]
    self.init(input: input, ratio: ratio, rangeV: rangeV, rateHz: ADS1115.rates[0])
  }
}

/// What a chip that watches a supply offers.
public struct PowerTraits: Sendable {
  /// As printed on the chip.
  public var name: String
  /// The first is the usual one.
  public var addresses: [UInt8]
  /// Nil for a chip that has no identity register.
  public var identity: ChipIdentity?
  public var measuresCurrent: Bool
  /// The largest voltage across the shunt; nil without one.
  public var maxShuntV: Double?
  public var maxVoltageV: Double
  /// How many conversions it can average.
  public var averages: [Int]

  func refusal(_ setting: String, _ asked: String, _ possible: String) -> DeviceError {
    .unsupported(chip: name, setting: setting, asked: asked, possible: possible)
  }

  /// - Throws: `DeviceError.unsupported` for the first setting that the chip does not have.
  func check(_ settings: ShuntSettings) throws(DeviceError) {
    let dropV = settings.shuntOhm * settings.maxCurrentA
    guard let maxShuntV, dropV > 0, dropV <= maxShuntV * 1.000_001 else {
      throw refusal(
        "max_current", "\(settings.maxCurrentA) A through \(settings.shuntOhm) ohm",
        "up to \(maxShuntV ?? 0) V across the shunt")
    }
    guard settings.maxVoltageV > 0, settings.maxVoltageV <= maxVoltageV else {
      throw refusal("max_voltage", "\(settings.maxVoltageV) V", "up to \(maxVoltageV) V")
    }
    guard averages.contains(settings.averages) else {
      throw refusal(
        "averages", "\(settings.averages)",
        averages.map { "\($0)" }.joined(separator: ", "))
    }
  }

  /// The weight of the current register's last bit: the smallest 1, 2 or 5 times a power of ten
  /// that lets `maxCurrentA` into 15 bits (INA219 8.5.1, INA226 6.5.1: "a round number").
  static func currentStepA(_ maxCurrentA: Double) -> Double {
    let leastA = maxCurrentA / 32768
    var stepA = 1e-9
    while true {
      for factor in [1.0, 2, 5] where stepA * factor >= leastA * 0.999_999 {
        return stepA * factor
      }
      stepA *= 10
    }
  }
}

/// A register that says which chip it is in.
public struct ChipIdentity: Hashable, Sendable {
  public var register: UInt16
  /// 1 or 2.
  public var registerBytes: Int
  public var value: UInt16
  /// 1 or 2.
  public var valueBytes: Int

  public init(register: UInt16, registerBytes: Int, value: UInt16, valueBytes: Int) {
    (self.register, self.registerBytes) = (register, registerBytes)
    (self.value, self.valueBytes) = (value, valueBytes)
  }
}
