// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// TDK InvenSense ICM-42688-P, six axes. Source: DS-000347 rev 1.6, section numbers below.
///
/// | register | number | what we use |
/// |---|---|---|
/// | DEVICE_CONFIG | 0x11 | bit 0: reset, then 1 ms (14.1) |
/// | INT_CONFIG | 0x14 | 0x03 = INT1 pulses, push-pull, active high (14.3) |
/// | FIFO_CONFIG | 0x16 | 0x40 = the newest stay (14.4) |
/// | TEMP_DATA | 0x1D | 132.48 counts a kelvin, 0 at 25 degrees Celsius (14.5, 4.13) |
/// | FIFO_COUNT, FIFO_DATA | 0x2E, 0x30 | bytes waiting, data (14.21, 14.22) |
/// | SIGNAL_PATH_RESET | 0x4B | bit 1: empties the FIFO (14.26) |
/// | PWR_MGMT0 | 0x4E | 0x0F = both sensors in low noise mode; then 200 us silence (14.36) |
/// | GYRO_CONFIG0, ACCEL_CONFIG0 | 0x4F, 0x50 | bits 7:5 range, 3:0 rate (14.37, 14.38) |
/// | GYRO_ACCEL_CONFIG0 | 0x52 | bits 7:4 and 3:0: bandwidth (14.40) |
/// | TMST_CONFIG | 0x54 | 0x21 = the FIFO's timestamps count by 1 us (14.42) |
/// | FIFO_CONFIG1 | 0x5F | 0x0F = accel, gyro, temperature, timestamp: 16-byte packets (14.44) |
/// | INT_CONFIG1 | 0x64 | 0 = bit 4 cleared, for a working INT1 (14.51, 12.6) |
/// | INT_SOURCE0 | 0x65 | bit 3: data ready on INT1 (14.52) |
/// | WHO_AM_I | 0x75 | 0x47 (14.55) |
///
/// Packet (6.1): header 0x68 and flags, accel, gyro (high byte first), temperature, timestamp.
struct ICM42688P: FifoChip {
  /// ODR select bits of 14.37.
  static let rates: [(hz: Double, bits: UInt8)] = [
    (1000, 0x06), (500, 0x0F), (200, 0x07), (100, 0x08), (50, 0x09), (25, 0x0A)
  ]
  // 14.40: ODR/2, then the larger of 400 Hz and ODR by these.
  static let bandwidthDivisors: [Double] = [4, 5, 8, 10, 16, 20, 40]
  static let traits = InertialTraits(
    name: "ICM-42688-P", addresses: [0x68, 0x69], identityRegister: 0x75, identity: 0x47,
    rates: .listed(rates.map(\.hz)), gyroRangesDegS: [2000, 1000, 500, 250, 125, 62.5],
    accelRangesG: [16, 8, 4, 2],
    filterTableHz: rates.map { rate in
      [rate.hz / 2] + bandwidthDivisors.map { max(400, rate.hz) / $0 }
    })
  static let fifoRegister: UInt8 = 0x30
  static let fifoBytes = 2048
  static let recordBytes = 16

  let registers: RegisterChip
  private let selects: (rate: Int, gyro: UInt8, accel: UInt8, filter: UInt8)
  private let gyroScale: Double
  private let accelScale: Double
  private var stamp: UInt16?

  /// Precondition: the settings passed `traits.check`.
  init(registers: RegisterChip, settings: InertialSettings) {
    self.registers = registers
    selects = Self.traits.selects(settings)
    gyroScale = 2000 / Double(1 << Int(selects.gyro)) * .pi / 180 / 32768
    accelScale = Double(16 >> Int(selects.accel)) * standardGravityMS2 / 32768
  }

  mutating func start(clock: any Clock) throws(DeviceError) {
    try registers.write(0x01, to: 0x11)
    clock.sleep(until: clock.now + Interval(nanoseconds: 1_000_000))
    let rate = Self.rates[selects.rate].bits
    try registers.writeChecked(0x03, to: 0x14)
    try registers.writeChecked(selects.gyro << 5 | rate, to: 0x4F)
    try registers.writeChecked(selects.accel << 5 | rate, to: 0x50)
    try registers.writeChecked(selects.filter << 4 | selects.filter, to: 0x52)
    try registers.writeChecked(0x21, to: 0x54)
    try registers.writeChecked(0x0F, to: 0x5F)
    try registers.writeChecked(0x00, to: 0x64)
    try registers.writeChecked(0x40, to: 0x16)
    try registers.write(0x0F, to: 0x4E)
    clock.sleep(until: clock.now + Interval(nanoseconds: 200_000))
    try emptyFifo()
    try registers.writeChecked(0x08, to: 0x65)
    stamp = nil
  }

  func waitingBytes() throws(DeviceError) -> Int { Int(try registers.readBigEndian(0x2E)) }

  func emptyFifo() throws(DeviceError) { try registers.write(0x02, to: 0x4B) }

  mutating func decode(_ bytes: [UInt8], at: Int) -> InertialReading? {
    // 6.1: bit 7 no packet; accel, gyro, not 20 bits; bits 3:2 = 2: a timestamp of the sample.
    guard bytes[at] & 0xFC == 0x68 else { return nil }
    func vector(_ at: Int) -> Vector3 {
      Vector3(bigEndian(bytes, at), bigEndian(bytes, at + 2), bigEndian(bytes, at + 4))
    }
    let now = UInt16(bytes[at + 14]) << 8 | UInt16(bytes[at + 15])
    defer { stamp = now }
    return InertialReading(
      gyroRadS: gyroScale * vector(at + 7), accelMS2: accelScale * vector(at + 1),
      elapsed: stamp.map { Self.interval(ticks: now &- $0) })
  }

  /// Source: 12.7: without an external clock the timestamps count 30 where 32 us pass.
  static func interval(ticks: UInt16) -> Interval {
    Interval(nanoseconds: Int64(ticks) * 1000 * 32 / 30)
  }

  func temperatureC() throws(DeviceError) -> Double {
    Double(Int16(bitPattern: try registers.readBigEndian(0x1D))) / 132.48 + 25
  }
}
