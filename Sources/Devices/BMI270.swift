// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// Bosch BMI270, six axes. It works only after 8 KB of configuration were sent to it, which its
/// maker publishes (bmi270_config_file). Source: BST-BMI270-DS000-05, section numbers below.
///
/// | register | number | what we use |
/// |---|---|---|
/// | CHIP_ID | 0x00 | 0x24 (5.2.1) |
/// | INTERNAL_STATUS | 0x21 | bits 3:0 = 1 configured, 2 refused (5.2.20) |
/// | TEMPERATURE | 0x22 | 512 counts a kelvin, 0 at 23 degrees Celsius (5.2.21) |
/// | FIFO_LENGTH, FIFO_DATA | 0x24, 0x26 | bytes waiting, low byte first; data (5.2.22) |
/// | FEAT_PAGE, GYR_CAS | 0x2F, 0x3C | page 0: how much of z the gyro's x feels (5.2.26) |
/// | ACC_CONF, ACC_RANGE | 0x40, 0x41 | 0x80, bandwidth 6:4, rate 3:0; 2 g doubled (5.2.40) |
/// | GYR_CONF, GYR_RANGE | 0x42, 0x43 | 0xC0, bandwidth 5:4, rate 3:0; 2000 deg/s halved (5.2.42) |
/// | FIFO_CONFIG | 0x48, 0x49 | 0 = the newest stay; 0xC0 = gyro and accel, no headers (5.2.48) |
/// | INT1_IO_CTRL | 0x53 | 0x0A = output, push-pull, active high (5.2.56) |
/// | INT_MAP_DATA | 0x58 | bit 2: data ready on INT1 (5.2.60) |
/// | INIT_CTRL | 0x59 | 0 before the configuration, 1 after (5.2.61) |
/// | INIT_ADDR, INIT_DATA | 0x5B, 0x5C, 0x5E | where, in words: bits 3:0, 11:4; what (5.2.62) |
/// | PWR_CONF, PWR_CTRL | 0x7C, 0x7D | 0 = awake; 0x0E = both sensors, temperature (5.2.76) |
/// | CMD | 0x7E | 0xB6 reset, 0xB0 FIFO empty (5.2.78) |
struct BMI270: FifoChip {
  static let configBytes = 8192
  /// Sent at a time: one transfer stays below 256 bytes, which every Linux adapter carries.
  static let chunkBytes = 128
  /// ODR bits of 5.2.40 and 5.2.42.
  static let rates: [(hz: Double, bits: UInt8)] = [
    (800, 0x0B), (400, 0x0A), (200, 0x09), (100, 0x08), (50, 0x07), (25, 0x06)
  ]
  // Nominal: the normal filter passes 0.44 of the rate (page 2: 11 Hz at 25 Hz), OSR2 half and OSR4
  // a quarter of that (4.5).
  static let traits = InertialTraits(
    name: "BMI270", addresses: [0x68, 0x69], identityRegister: 0x00, identity: 0x24,
    rates: .listed(rates.map(\.hz)), gyroRangesDegS: [2000, 1000, 500, 250, 125],
    accelRangesG: [2, 4, 8, 16],
    filterTableHz: rates.map { [0.11 * $0.hz, 0.22 * $0.hz, 0.44 * $0.hz] },
    firmwareBytes: configBytes)
  static let fifoRegister: UInt8 = 0x26
  static let fifoBytes = 2048
  static let recordBytes = 12

  let registers: RegisterChip
  private let firmware: FirmwareFile
  private let selects: (rate: Int, gyro: UInt8, accel: UInt8, filter: UInt8)
  private let gyroScale: Double
  private let accelScale: Double
  /// Of the gyro's z that its x feels, as a fraction.
  private var crossAxis = 0.0

  /// Precondition: the settings passed `traits.check`, the file `check`.
  init(registers: RegisterChip, settings: InertialSettings, firmware: FirmwareFile) {
    (self.registers, self.firmware) = (registers, firmware)
    selects = Self.traits.selects(settings)
    gyroScale = Double(2000 >> Int(selects.gyro)) * .pi / 180 / 32768
    accelScale = Double(2 << Int(selects.accel)) * standardGravityMS2 / 32768
  }

  mutating func start(clock: any Clock) throws(DeviceError) {
    try registers.write(0xB6, to: 0x7E)
    wait(2_000_000, clock)  // 4.4: start-up
    try registers.write(0x00, to: 0x7C)
    wait(450_000, clock)  // 4.4: to leave the power save
    try configure(clock)
    let rate = Self.rates[selects.rate].bits
    try registers.writeChecked(0x80 | selects.filter << 4 | rate, to: 0x40)
    try registers.writeChecked(selects.accel, to: 0x41)
    try registers.writeChecked(0xC0 | selects.filter << 4 | rate, to: 0x42)
    try registers.writeChecked(selects.gyro, to: 0x43)
    try registers.writeChecked(0x00, to: 0x48)
    try registers.writeChecked(0xC0, to: 0x49)
    try registers.writeChecked(0x0A, to: 0x53)
    try registers.writeChecked(0x0E, to: 0x7D)
    wait(45_000_000, clock)  // table 3: gyro start-up from suspend
    try registers.write(0x00, to: 0x2F)
    // 4.5: seven bits with a sign; x = x - GYR_CAS / 512 of z.
    crossAxis = Double(Int8(bitPattern: try registers.read(0x3C) << 1) >> 1) / 512
    try emptyFifo()
    try registers.writeChecked(0x04, to: 0x58)
  }

  private func wait(_ nanoseconds: Int64, _ clock: any Clock) {
    clock.sleep(until: clock.now + Interval(nanoseconds: nanoseconds))
  }

  /// Sends the configuration and waits for the chip's word that it took it (4.4).
  private func configure(_ clock: any Clock) throws(DeviceError) {
    try registers.write(0x00, to: 0x59)
    for at in stride(from: 0, to: firmware.bytes.count, by: Self.chunkBytes) {
      try registers.send([0x5B, UInt8((at / 2) & 0x0F), UInt8((at / 2) >> 4)])
      try registers.send([0x5E] + firmware.bytes[at..<(at + Self.chunkBytes)])
    }
    try registers.write(0x01, to: 0x59)
    for _ in 0..<20 {  // 4.4: within 20 ms
      wait(1_000_000, clock)
      switch try registers.read(0x21) & 0x0F {
      case 1: return
      case 0: continue
      case let status:
        throw .firmware(
          chip: Self.traits.name, path: firmware.path,
          why: "the chip refused it (INTERNAL_STATUS \(hex(status)))")
      }
    }
    throw .notReady(
      chip: Self.traits.name, bus: registers.device.bus.name, address: registers.device.address,
      waitingFor: "word that the configuration was taken", afterS: 0.02)
  }

  /// Throws: `DeviceError.firmware` unless the bytes may be the configuration: their number, and
  /// the jump (0xC8 0x2E) that every published version begins with. There is no checksum.
  static func check(_ file: FirmwareFile?) throws(DeviceError) -> FirmwareFile {
    guard let file else {
      throw .firmware(
        chip: traits.name, path: "(none)", why: "the chip does nothing without its configuration")
    }
    guard file.bytes.count == configBytes else {
      throw .firmware(
        chip: traits.name, path: file.path,
        why: "\(file.bytes.count) bytes, not \(configBytes)")
    }
    guard file.bytes.starts(with: [0xC8, 0x2E]) else {
      throw .firmware(
        chip: traits.name, path: file.path, why: "it does not begin with 0xC8 0x2E")
    }
    return file
  }

  func waitingBytes() throws(DeviceError) -> Int {
    Int(try registers.readLittleEndian(0x24) & 0x3FFF)
  }

  func emptyFifo() throws(DeviceError) { try registers.write(0xB0, to: 0x7E) }

  func decode(_ bytes: [UInt8], at: Int) -> InertialReading? {
    func vector(_ at: Int) -> Vector3 {
      Vector3(littleEndian(bytes, at), littleEndian(bytes, at + 2), littleEndian(bytes, at + 4))
    }
    var gyro = vector(at)
    gyro.x -= crossAxis * gyro.z
    return InertialReading(gyroRadS: gyroScale * gyro, accelMS2: accelScale * vector(at + 6))
  }

  func temperatureC() throws(DeviceError) -> Double {
    Double(Int16(bitPattern: try registers.readLittleEndian(0x22))) / 512 + 23
  }
}
