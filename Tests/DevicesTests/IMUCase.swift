// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Testing

/// One IMU with a FIFO, as its datasheet says it talks.
struct IMUCase: Sendable, CustomTestStringConvertible {
  var chip: InertialChip
  var address: UInt8
  var settings: InertialSettings
  var identityRegister: UInt8
  var identity: UInt8
  /// Another chip's answer there, and its name.
  var other: (value: UInt8, name: String)
  /// Transfers of `start`, one after the other.
  var start: [String]
  var startMs: Int64
  /// Registers whose setting is read back.
  var checked: [UInt8]
  var countRegister: UInt8
  var fifoRegister: UInt8
  var recordBytes: Int
  /// What the two count registers say of this many records waiting.
  var count: @Sendable (Int) -> (UInt8, UInt8)
  /// What they say when the FIFO is full, and how many records were in it.
  var full: (registers: (UInt8, UInt8), records: Int)
  /// The transfers that empty the FIFO.
  var restart: [String]
  /// A sample as it stands in the FIFO.
  var record: @Sendable (_ accel: [Int16], _ gyro: [Int16], _ number: Int) -> [UInt8]
  /// Datasheet: LSB per g and per deg/s at these settings.
  var lsbPerG: Double
  var lsbPerDegS: Double
  /// A temperature register's two bytes and the degrees Celsius that the datasheet gives for them.
  var temperature: (register: UInt8, bytes: (UInt8, UInt8), celsius: Double)

  var testDescription: String { chip.rawValue }
  var name: String { chip.traits.name }

  static let all =
    mpuFamily + [icm20948, icm42688p, lsm6dsox, bmi270]

  static func settings(_ rateHz: Double, _ filterHz: Double) -> InertialSettings {
    InertialSettings(
      rateHz: rateHz, gyroRangeRadS: 500 * .pi / 180, accelRangeMS2: 4 * 9.80665,
      filterHz: filterHz)
  }
}

func big(_ values: [Int16]) -> [UInt8] {
  values.flatMap { [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)] }
}

func little(_ values: [Int16]) -> [UInt8] { big(values.map(\.byteSwapped)) }

/// A driver with its scripted surroundings.
final class IMUBench {
  let one: IMUCase
  let bus: ScriptedBus
  let edges = TestEdges()
  let clock = TestClock()
  let imu: any InertialSensor
  private var queued = 0

  /// 8 KB as every published configuration begins.
  static let config = FirmwareFile(
    path: "bmi270.bin", bytes: [0xC8, 0x2E] + [UInt8](repeating: 0x5A, count: 8190))

  init(_ one: IMUCase, settings: InertialSettings? = nil) throws(DeviceError) {
    self.one = one
    bus = ScriptedBus(address: one.address)
    bus.fifoRegister = one.fifoRegister
    imu = try one.chip.driver(
      device: I2CDevice(bus: bus, address: one.address), dataReady: edges,
      settings: settings ?? one.settings, firmware: Self.config)
    bus.registers[Int(one.identityRegister)] = one.identity
    if one.chip == .bmi270 { bus.registers[0x21] = 0x01 }
    if one.chip.traits.magnetometer != nil {
      var registers = [UInt8](repeating: 0, count: 256)
      (registers[0x00], registers[0x01]) = (0x48, 0x09)
      registers[0x10...0x12] = [0x80, 0x80, 0x80]
      bus.magnetometer = registers
    }
  }

  func start() throws(DeviceError) {
    try imu.start(clock: clock)
    // What stands where a magnetometer's status would be is its fuse ROM or nothing new.
    bus.magnetometer?[0x10] = 0
    bus.forget()
  }

  /// A sample into the FIFO, which the count registers tell; its edge is the test's affair.
  func queue(accel: [Int16] = [0, 0, 0], gyro: [Int16] = [0, 0, 0]) {
    bus.fifo += one.record(accel, gyro, queued)
    queued += 1
    announce(bus.fifo.count / one.recordBytes)
  }

  func announce(_ records: Int) { announce(one.count(records)) }

  func announce(_ registers: (UInt8, UInt8)) {
    let at = Int(one.countRegister)
    (bus.registers[at], bus.registers[at + 1]) = registers
  }

  /// What the driver hands over; the count registers follow.
  func drained() throws(DeviceError) -> [InertialSample] {
    var samples: [InertialSample] = []
    try imu.drain { samples.append($0) }
    announce(bus.fifo.count / one.recordBytes)
    return samples
  }
}
