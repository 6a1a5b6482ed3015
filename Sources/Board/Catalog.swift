// SPDX-License-Identifier: Apache-2.0
import Devices

// What this module must know of chips whose drivers do not say it themselves yet, in the words in
// which they will: when `Devices` has it, it leaves this file, and nothing else changes.

extension InertialTraits {
  /// Whether a pin tells of each sample; such a chip needs it wired to a GPIO line.
  var hasDataReady: Bool { true }
  /// Whether it holds the clock line low for longer than some I2C controllers bear.
  var stretchesClock: Bool { false }
  /// Size of the file that the chip needs at every start; nil for none.
  var firmwareBytes: Int? { nil }

  /// The bandwidths to choose from at this rate.
  func filtersHz(atRateHz rateHz: Double) -> [Double] { filtersHz }
}

/// Chips that make PWM.
public enum PWMChip: String, CaseIterable, Hashable, Sendable {
  case pca9685

  /// Source: NXP PCA9685 rev. 4, 7.1.1: 0x40 to 0x7F by six straps, less I2C's reserved ones;
  /// 0x70 is its all-call address (7.1.2); 7.3.5: 24 Hz to 1526 Hz with the internal 25 MHz.
  public var traits: PWMTraits {
    PWMTraits(
      name: "PCA9685", addresses: (0x40...0x77).filter { $0 != 0x70 }, allCallAddress: 0x70,
      frequencyHz: 24...1526)
  }
}

public struct PWMTraits: Sendable {
  public var name: String
  public var addresses: [UInt8]
  public var allCallAddress: UInt8
  public var frequencyHz: ClosedRange<Double>
}

/// H-bridges that power motors.
public enum BridgeChip: String, CaseIterable, Hashable, Sendable {
  case tb6612, drv8833

  /// Sources: TB6612FNG data sheet, pin functions; DRV8833 SLVSAR1E, table 1 and 7.3.
  public var traits: BridgeTraits {
    switch self {
    case .tb6612:
      BridgeTraits(
        name: "TB6612FNG", bridges: 2, sleepPin: "STBY", faultPin: nil, hasPWMInput: true,
        decays: [.slow])
    case .drv8833:
      BridgeTraits(
        name: "DRV8833", bridges: 2, sleepPin: "nSLEEP", faultPin: "nFAULT", hasPWMInput: false,
        decays: [.slow, .fast])
    }
  }
}

public struct BridgeTraits: Sendable {
  public var name: String
  public var bridges: Int
  public var sleepPin: String
  public var faultPin: String?
  public var hasPWMInput: Bool
  public var decays: [Decay]
}

/// Where the motor's current goes in the rest of the PWM cycle.
public enum Decay: String, CaseIterable, Hashable, Sendable { case slow, fast }

/// Chips that measure voltage and current.
public enum PowerChip: String, CaseIterable, Hashable, Sendable {
  case ina219, ina226, ads1115

  /// Sources: INA219 SBOS448G table 1, 8.3.1; INA226 SBOS547B table 2, 7.5; ADS1115 SBAS444E 7.5.1.
  public var traits: PowerTraits {
    let ina: [UInt8] = Array(0x40...0x4F)
    return switch self {
    case .ina219:
      PowerTraits(
        name: "INA219", addresses: ina, measuresCurrent: true, maxShuntV: 0.32, maxVoltageV: 26)
    case .ina226:
      PowerTraits(
        name: "INA226", addresses: ina, measuresCurrent: true, maxShuntV: 0.08192, maxVoltageV: 36)
    case .ads1115:
      PowerTraits(
        name: "ADS1115", addresses: Array(0x48...0x4B), measuresCurrent: false, maxShuntV: nil,
        maxVoltageV: 5.5)
    }
  }
}

public struct PowerTraits: Sendable {
  public var name: String
  public var addresses: [UInt8]
  public var measuresCurrent: Bool
  public var maxShuntV: Double?
  public var maxVoltageV: Double
}

/// Sensors that see a small picture of temperatures or distances.
public enum GridChip: String, CaseIterable, Hashable, Sendable {
  case mlx90640, amg8833, vl53l5cx

  /// Sources: MLX90640 3901090640 rev 12, 9.4; AMG88xx SC-0050 (AD_SELECT); VL53L5CX DS13754, 4.
  public var traits: GridTraits {
    switch self {
    case .mlx90640: GridTraits(name: "MLX90640", addresses: [0x33], firmwareBytes: nil)
    case .amg8833: GridTraits(name: "AMG8833", addresses: [0x69, 0x68], firmwareBytes: nil)
    case .vl53l5cx: GridTraits(name: "VL53L5CX", addresses: [0x29], firmwareBytes: 86_016)
    }
  }
}

public struct GridTraits: Sendable {
  public var name: String
  public var addresses: [UInt8]
  public var firmwareBytes: Int?
}
