// SPDX-License-Identifier: Apache-2.0
import Devices

extension BoardDescription {
  /// The motion sensor: its wiring and how it is set up.
  public struct IMU: Hashable, Sendable {
    public var chip: InertialChip
    public var bus: String
    public var address: UInt8
    /// The name of the GPIO line that the chip's data-ready pin drives.
    public var interruptLine: String
    public var settings: InertialSettings
  }
}

extension BoardDescription.IMU {
  enum Keys {
    static let chip = Key<InertialChip>.choice(
      "chip", called: "an IMU", .required(example: "mpu6050"), "The sensor.")
    static let bus = Key.text("bus", .required(example: "i2c-1"), "The I2C bus it hangs on.")
    static let address = Key.i2cAddress(
      .required(example: "0x68"), "Its I2C address: 0x68, or 0x69 with AD0 high.")
    static let interrupt = Key.text(
      "interrupt", .required(example: "IMU_INT"), "The GPIO line of its INT pin, by name.")
    static let rate = Key.quantity(
      "rate", .hertz, 4...1000, .required(example: "100 Hz"),
      "How often it measures: 1000 Hz divided by a whole number.")
    // Source: MPU-6000/6050 Register Map RM-MPU-6000A-00 4.2, registers 0x1B (FS_SEL), 0x1C
    // (AFS_SEL) and 0x1A (DLPF_CFG 1 to 6; 0 would make the gyro run at 8 kHz).
    static let gyroRange = Key.quantity(
      "gyro_range", .degreesPerSecond, oneOf: [250, 500, 1000, 2000],
      .required(example: "500 deg/s"), "The fastest turn it can measure.")
    static let accelRange = Key.quantity(
      "accel_range", .gravities, oneOf: [2, 4, 8, 16], .required(example: "4 g"),
      "The strongest acceleration it can measure.")
    static let filter = Key.quantity(
      "filter", .hertz, oneOf: [5, 10, 21, 44, 94, 184], .required(example: "44 Hz"),
      "The bandwidth of its low-pass filter: lower is smoother and later.")
  }

  static let table = Table([
    Keys.chip, Keys.bus, Keys.address, Keys.interrupt, Keys.rate, Keys.gyroRange, Keys.accelRange,
    Keys.filter
  ])

  init(_ section: Section) {
    chip = section[Keys.chip]
    bus = section[Keys.bus]
    address = section[Keys.address]
    interruptLine = section[Keys.interrupt]
    settings = InertialSettings(
      rateHz: section[Keys.rate], gyroRangeRadS: section[Keys.gyroRange],
      accelRangeMS2: section[Keys.accelRange], filterHz: section[Keys.filter])
  }
}
