// SPDX-License-Identifier: Apache-2.0
import Devices
import Quantities

extension BoardDescription {
  /// The motion sensor: its wiring and how it is set up.
  public struct IMU: Hashable, Sendable {
    public var chip: InertialChip
    public var bus: String
    public var address: UInt8
    /// The GPIO line that the chip's data-ready pin drives, by its name on the computer; nil only
    /// for a chip that has no such pin.
    public var interruptLine: String?
    public var settings: InertialSettings
    /// How the chip is turned in the robot.
    public var axes: AxisMap
    /// The file that a chip without its own firmware gets at start.
    public var firmwarePath: String?
  }
}

extension BoardDescription.IMU {
  enum Keys {
    static let chip = Key<InertialChip>.choice(
      "chip", called: "an IMU", .required(example: "mpu6050"), "The sensor.")
    static let bus = Key.text("bus", .required(example: "i2c-1"), "The I2C bus it hangs on.")
    static let address = Key.i2cAddress(
      .required(example: "0x68"), "Its I2C address, which a strap pin chooses.")
    static let interrupt = Key.text(
      "interrupt", .optional(example: "IMU_INT"),
      "The GPIO line of its INT pin, by name; every chip with such a pin needs it.")
    static let rate = Key.quantity(
      "rate", .hertz, 4...8000, .required(example: "100 Hz"),
      "How often it measures: a rate that the chip offers.")
    static let gyroRange = Key.quantity(
      "gyro_range", .degreesPerSecond, 10...10_000, .required(example: "500 deg/s"),
      "The fastest turn it can measure: a range that the chip offers.")
    static let accelRange = Key.quantity(
      "accel_range", .gravities, 1...100, .required(example: "4 g"),
      "The strongest acceleration it can measure: a range that the chip offers.")
    static let filter = Key.quantity(
      "filter", .hertz, 1...8000, .required(example: "44 Hz"),
      "The bandwidth of its low-pass filter: lower is smoother and later.")
    static let axes = Key.axes(
      "axes", "The chip's axes that point along body x (forward), y (left) and z (up).")
    static let firmware = Key.text(
      "firmware", .optional(example: "bmi270.bin"),
      "The file that the chip needs at start, relative to this one.")
  }

  static let table = Table([
    Keys.chip, Keys.bus, Keys.address, Keys.interrupt, Keys.rate, Keys.gyroRange, Keys.accelRange,
    Keys.filter, Keys.axes, Keys.firmware
  ])

  init(_ section: Section, names: LineNames, folder: String) {
    chip = section[Keys.chip]
    bus = section[Keys.bus]
    address = section[Keys.address]
    interruptLine = section.find(Keys.interrupt).map { names.line($0.value) }
    settings = InertialSettings(
      rateHz: section[Keys.rate], gyroRangeRadS: section[Keys.gyroRange],
      accelRangeMS2: section[Keys.accelRange], filterHz: section[Keys.filter])
    axes = section.find(Keys.axes).flatMap { AxisMap($0.value) } ?? .identity
    firmwarePath = section.path(Keys.firmware, folder: folder)
  }
}
