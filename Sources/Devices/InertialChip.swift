// SPDX-License-Identifier: Apache-2.0
import Buses

/// The IMUs that have a driver, by their names in board.yaml.
public enum InertialChip: String, CaseIterable, Hashable, Sendable {
  case mpu6050, mpu6500, mpu9250, mpu9255, icm20948, icm42688p, lsm6dsox, bmi270, bno055

  /// What the chip offers, as its driver says beside the datasheet's table.
  public var traits: InertialTraits {
    switch self {
    case .mpu6050: MPU6050.traits
    case .mpu6500: MPU6500.traits
    case .mpu9250: MPU9250.traits
    case .mpu9255: MPU9255.traits
    case .icm20948: ICM20948.traits
    case .icm42688p: ICM42688P.traits
    case .lsm6dsox: LSM6DSOX.traits
    case .bmi270: BMI270.traits
    case .bno055: BNO055.traits
    }
  }

  /// The driver.
  /// - Parameters:
  ///   - dataReady: the line that the chip's interrupt pin drives; nil where nothing is wired.
  ///   - firmware: the file of a chip whose traits have `firmwareBytes`.
  /// - Throws: `DeviceError.unsupported` when the chip has no such rate, range or filter, or needs
  ///   the line; `.firmware` when it needs another file; `.clockStretching` when the bus is not
  ///   known to bear it.
  public func driver(
    device: I2CDevice, dataReady: (any EdgeLine)?, settings: InertialSettings,
    firmware: FirmwareFile? = nil
  ) throws(DeviceError) -> any InertialSensor {
    try traits.check(settings)
    if traits.stretchesClock, !device.bus.bearsClockStretching {
      throw .clockStretching(chip: traits.name, bus: device.bus.name)
    }
    func sensor<Chip: FifoChip>(
      _ make: (RegisterChip, InertialSettings) -> Chip
    ) throws(DeviceError) -> any InertialSensor {
      guard let dataReady else {
        throw .unsupported(
          chip: traits.name, setting: "interrupt", asked: "no line",
          possible: "a data-ready pin, to be wired to a GPIO line")
      }
      return FifoSensor(
        make(RegisterChip(name: traits.name, device: device), settings), dataReady: dataReady,
        rateHz: settings.rateHz)
    }
    switch self {
    case .mpu6050: return try sensor(MPU<MPU6050>.init)
    case .mpu6500: return try sensor(MPU<MPU6500>.init)
    case .mpu9250: return try sensor(MPU<MPU9250>.init)
    case .mpu9255: return try sensor(MPU<MPU9255>.init)
    case .icm20948: return try sensor(ICM20948.init)
    case .icm42688p: return try sensor(ICM42688P.init)
    case .lsm6dsox: return try sensor(LSM6DSOX.init)
    case .bmi270:
      let file = try BMI270.check(firmware)
      return try sensor { BMI270(registers: $0, settings: $1, firmware: file) }
    case .bno055: return BNO055(device: device, settings: settings)
    }
  }
}

/// How an IMU is set up.
public struct InertialSettings: Hashable, Sendable {
  public var rateHz: Double
  /// Angular speeds up to plus or minus this.
  public var gyroRangeRadS: Double
  /// Accelerations up to plus or minus this.
  public var accelRangeMS2: Double
  /// Bandwidth of the chip's own low-pass filter.
  public var filterHz: Double

  public init(rateHz: Double, gyroRangeRadS: Double, accelRangeMS2: Double, filterHz: Double) {
    (self.rateHz, self.filterHz) = (rateHz, filterHz)
    (self.gyroRangeRadS, self.accelRangeMS2) = (gyroRangeRadS, accelRangeMS2)
  }
}
