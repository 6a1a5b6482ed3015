// SPDX-License-Identifier: Apache-2.0
import Board
import Devices

/// The chips that can be told apart: those that have a driver, their clones, and what else people
/// hang on the same bus.
public enum ChipCatalog {
  /// With drivers first, so that they are the first guess.
  public static let all: [CatalogChip] = {
    let driven =
      InertialChip.allCases.map(chip) + PWMChip.allCases.map(chip) + PowerChip.allCases.map(chip)
      + GridChip.allCases.map(chip)
    let names = Set(driven.map(\.name))
    return driven + others.filter { !names.contains($0.name) }
  }()

  /// Chips that may answer at an address.
  static func chips(at address: UInt8) -> [CatalogChip] {
    all.filter { $0.addresses.contains(address) }
  }

  static func chip(_ chip: InertialChip) -> CatalogChip {
    let traits = chip.traits
    return CatalogChip(
      traits.name, .imu, at: traits.addresses, .init(traits.identityRegister, [traits.identity]),
      boardName: chip.rawValue)
  }

  /// The PCA9685 is told by ALLCALLADR, which is 0xE0 until somebody changes it (NXP PCA9685
  /// rev. 4, 7.3.6). Its straps reach 0x7F; above 0x4F other chips live that a read may upset.
  static func chip(_ chip: PWMChip) -> CatalogChip {
    switch chip {
    case .pca9685:
      CatalogChip(
        chip.traits.name, .pwm, at: chip.traits.addresses.filter { $0 < 0x50 },
        .init(0x05, [0xE0]), boardName: chip.rawValue)
    }
  }

  /// Source: INA226 SBOS547B, 7.6.1: the die's identity, 0xFF. The others have none.
  static func chip(_ chip: PowerChip) -> CatalogChip {
    CatalogChip(
      chip.traits.name, chip == .ads1115 ? .converter : .powerMonitor, at: chip.traits.addresses,
      chip == .ina226 ? .init(0xFF, [0x22, 0x60]) : nil, boardName: chip.rawValue)
  }

  static func chip(_ chip: GridChip) -> CatalogChip {
    CatalogChip(
      chip.traits.name, chip == .vl53l5cx ? .rangeFinder : .thermalCamera,
      at: chip.traits.addresses, nil, boardName: chip.rawValue)
  }

  private static let mpu: [UInt8] = [0x68, 0x69]
  private static let lsm: [UInt8] = [0x6A, 0x6B]

  /// Sources: the makers' datasheets, WHO_AM_I or CHIP_ID; of the INA3221 the die's identity, 0xFF
  /// (SBOS576B, 8.6.2.20). The clones' values are what owners of such chips report.
  private static let others: [CatalogChip] = [
    CatalogChip("MPU-6500", .imu, at: mpu, .init(0x75, [0x70])),
    CatalogChip("MPU-9250", .imu, at: mpu, .init(0x75, [0x71])),
    CatalogChip("clone of an MPU-6050 (0x72)", .imu, at: mpu, .init(0x75, [0x72])),
    CatalogChip("MPU-9255", .imu, at: mpu, .init(0x75, [0x73])),
    CatalogChip("MPU-6515", .imu, at: mpu, .init(0x75, [0x74])),
    CatalogChip("clone of an MPU-6515 (0x75)", .imu, at: mpu, .init(0x75, [0x75])),
    CatalogChip("ICM-20602", .imu, at: mpu, .init(0x75, [0x12])),
    CatalogChip("MPU-6886", .imu, at: mpu, .init(0x75, [0x19])),
    CatalogChip("ICM-20689", .imu, at: mpu, .init(0x75, [0x98])),
    CatalogChip("ICM-20608", .imu, at: mpu, .init(0x75, [0xAF])),
    CatalogChip("ICM-42688-P", .imu, at: mpu, .init(0x75, [0x47])),
    CatalogChip("ICM-20948", .imu, at: [0x69, 0x68], .init(0x00, [0xEA])),
    CatalogChip("BMI270", .imu, at: mpu, .init(0x00, [0x24])),
    CatalogChip("BMI160", .imu, at: mpu, .init(0x00, [0xD1])),
    CatalogChip("BNO055", .imu, at: [0x28, 0x29], .init(0x00, [0xA0])),
    CatalogChip("LSM6DS3", .imu, at: lsm, .init(0x0F, [0x69])),
    CatalogChip("LSM6DS3TR-C", .imu, at: lsm, .init(0x0F, [0x6A])),
    CatalogChip("LSM6DSR", .imu, at: lsm, .init(0x0F, [0x6B])),
    CatalogChip("LSM6DSOX", .imu, at: lsm, .init(0x0F, [0x6C])),
    CatalogChip("LSM6DSV16X", .imu, at: lsm, .init(0x0F, [0x70])),
    CatalogChip("INA3221", .powerMonitor, at: Array(0x40...0x43), .init(0xFF, [0x32, 0x20])),
    CatalogChip("VL53L0X", .rangeFinder, at: [0x29], .init(0xC0, [0xEE])),
    CatalogChip("HTU21D or SHT21", .humiditySensor, at: [0x40], nil),
    CatalogChip("BNO085", .imu, at: [0x4A, 0x4B], nil),
    CatalogChip("DS3231 or DS1307", .clock, at: [0x68], nil)
  ]
}
