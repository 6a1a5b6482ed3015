// SPDX-License-Identifier: Apache-2.0
import Devices

/// The chips that can be told apart: those that have a driver, their clones, and what else hobbyists
/// hang on the same bus.
public enum ChipCatalog {
  /// With drivers first, so that they are the first guess.
  public static let all: [CatalogChip] = {
    let driven = InertialChip.allCases.map(chip)
    let names = Set(driven.map(\.name))
    return driven + [pca9685] + others.filter { !names.contains($0.name) }
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

  /// Told by ALLCALLADR, which is 0xE0 until somebody changes it. Source: NXP PCA9685 rev. 4, 7.3.6.
  /// A board's straps reach 0x7F; above 0x4F other chips live that a read may upset.
  static let pca9685 = CatalogChip(
    "PCA9685", .pwm, at: Array(0x40...0x4F), .init(0x05, [0xE0]), boardName: "pca9685")

  private static let mpu: [UInt8] = [0x68, 0x69]
  private static let lsm: [UInt8] = [0x6A, 0x6B]
  private static let monitors: [UInt8] = Array(0x40...0x4F)

  /// Sources: the makers' datasheets, WHO_AM_I or CHIP_ID; for the INA226 and INA3221 the registers
  /// 0xFF (die). The clones' values are what owners of such chips report.
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
    CatalogChip("INA226", .powerMonitor, at: monitors, .init(0xFF, [0x22, 0x60])),
    CatalogChip("INA3221", .powerMonitor, at: Array(0x40...0x43), .init(0xFF, [0x32, 0x20])),
    CatalogChip("VL53L0X", .rangeFinder, at: [0x29], .init(0xC0, [0xEE])),
    CatalogChip("INA219", .powerMonitor, at: monitors, nil),
    CatalogChip("HTU21D or SHT21", .humiditySensor, at: [0x40], nil),
    CatalogChip("ADS1115", .converter, at: Array(0x48...0x4B), nil),
    CatalogChip("BNO085", .imu, at: [0x4A, 0x4B], nil),
    CatalogChip("AMG8833", .thermalCamera, at: [0x69, 0x68], nil),
    CatalogChip("MLX90640", .thermalCamera, at: [0x33], nil),
    CatalogChip("VL53L5CX", .rangeFinder, at: [0x29], nil),
    CatalogChip("DS3231 or DS1307", .clock, at: [0x68], nil)
  ]
}
