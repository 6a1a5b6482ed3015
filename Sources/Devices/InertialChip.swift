// SPDX-License-Identifier: Apache-2.0
import Buses

/// The IMUs that have a driver, by their names in board.yaml.
public enum InertialChip: String, CaseIterable, Hashable, Sendable {
  case mpu6050

  /// What the chip offers, as its driver says beside the datasheet's table.
  public var traits: InertialTraits {
    switch self {
    case .mpu6050: MPU6050.traits
    }
  }

  /// The driver.
  /// - Throws: `DeviceError.unsupported` when the chip has no such rate, range or filter.
  public func driver(
    device: I2CDevice, dataReady: any EdgeLine, settings: InertialSettings
  ) throws(DeviceError) -> any InertialSensor {
    try traits.check(settings)
    switch self {
    case .mpu6050:
      return MPU6050(device: device, dataReady: dataReady, settings: settings)
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
