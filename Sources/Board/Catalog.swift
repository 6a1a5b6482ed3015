// SPDX-License-Identifier: Apache-2.0
import Devices

// What this module must know of chips whose drivers do not say it themselves yet, in the words in
// which they will: when `Devices` has it, it leaves this file, and nothing else changes.


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
    case .mlx90640:
      GridTraits(
        name: "MLX90640", addresses: [0x33],
        shapes: [.init(rows: 24, columns: 32, ratesHz: [0.5, 1, 2, 4, 8, 16, 32, 64])])
    case .amg8833:
      GridTraits(
        name: "AMG8833", addresses: [0x69, 0x68],
        shapes: [.init(rows: 8, columns: 8, ratesHz: [1, 10])])
    case .vl53l5cx:
      GridTraits(
        name: "VL53L5CX", addresses: [0x29],
        shapes: [
          .init(rows: 4, columns: 4, ratesHz: (1...60).map(Double.init)),
          .init(rows: 8, columns: 8, ratesHz: (1...15).map(Double.init))
        ], firmwareBytes: 86_016)
    }
  }
}

public struct GridTraits: Sendable {
  /// A number of cells, and how often they can be measured.
  public struct Shape: Sendable {
    public var rows: Int
    public var columns: Int
    public var ratesHz: [Double]
  }

  public var name: String
  public var addresses: [UInt8]
  public var shapes: [Shape]
  public var firmwareBytes: Int?
}
