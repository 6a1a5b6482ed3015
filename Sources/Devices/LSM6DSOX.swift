// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// ST LSM6DSOX (and LSM6DSO), six axes. Source: LSM6DSOX datasheet DS12814 rev 4, section numbers
/// below, and application note AN5272.
///
/// | register | number | what we use |
/// |---|---|---|
/// | FIFO_CTRL3 | 0x09 | gyro and accel batch rates, as the ODR bits (9.7) |
/// | FIFO_CTRL4 | 0x0A | 0 = bypass, which empties it; 6 = continuous (9.8) |
/// | COUNTER_BDR_REG1 | 0x0B | bit 7: data-ready pulses of 75 us, not levels (9.9) |
/// | INT1_CTRL | 0x0D | bit 1: gyro data ready on INT1 (9.11) |
/// | WHO_AM_I | 0x0F | 0x6C (9.13) |
/// | CTRL1_XL | 0x10 | bits 7:4 rate, 3:2 range, bit 1 LPF2 (9.14) |
/// | CTRL2_G | 0x11 | bits 7:4 rate, 3:2 range, bit 1: 125 deg/s (9.15) |
/// | CTRL3_C | 0x12 | bit 0 reset; 0x44 = whole words, numbers count on (9.16) |
/// | CTRL4_C | 0x13 | bit 1: gyro LPF1 on (9.17) |
/// | CTRL6_C | 0x15 | bits 2:0 FTYPE: bandwidth of LPF1 (9.19) |
/// | CTRL8_XL | 0x17 | bits 7:5: bandwidth of LPF2 (9.21) |
/// | OUT_TEMP | 0x20 | 256 counts a kelvin, 0 at 25 degrees Celsius (9.29, table 4) |
/// | FIFO_STATUS | 0x3A | bits 9:0 words, bit 14 overrun (9.45, 9.46) |
/// | FIFO_DATA_OUT_TAG | 0x78 | tag and six bytes: a word; reading goes round (9.75) |
///
/// Tag: bits 7:3 = 1 gyro, 2 accel; 2:1 count the moments, of which two words must agree.
struct LSM6DSOX: FifoChip {
  /// ODR bits of tables 50 and 53.
  static let rates: [(hz: Double, bits: UInt8)] = [
    (833, 7), (416, 6), (208, 5), (104, 4), (52, 3), (26, 2)
  ]
  // Bandwidth of the gyro's LPF1 by FTYPE, a row for each rate (9.19, table 63).
  static let traits = InertialTraits(
    name: "LSM6DSOX", addresses: [0x6A, 0x6B], identityRegister: 0x0F, identity: 0x6C,
    rates: .listed(rates.map(\.hz)), gyroRangesDegS: [250, 500, 1000, 2000],
    accelRangesG: [2, 16, 4, 8],
    filterTableHz: [
      [239.2, 192.4, 154.2, 281.8, 96.6, 49.4, 24.6, 12.4],
      [136.6, 130.5, 120.3, 137.1, 86.7, 48, 24.6, 12.4],
      [67, 67, 67, 67, 62.4, 43.2, 23.1, 12.2],
      [33, 33, 33, 33, 33, 31, 19, 11.5],
      [16.6, 16.6, 16.6, 16.6, 16.7, 16.8, 13.4, 9.7],
      [8.3, 8.3, 8.3, 8.3, 8.3, 8.3, 7.8, 6.7]
    ])
  static let fifoRegister: UInt8 = 0x78
  /// 512 words; a sample is two.
  static let wordBytes = 7
  static let fifoBytes = 512 * wordBytes
  static let recordBytes = 2 * wordBytes

  let registers: RegisterChip
  private let selects: (rate: Int, gyro: UInt8, accel: UInt8, filter: UInt8)
  private let accelFilter: UInt8
  private let gyroScale: Double
  private let accelScale: Double

  /// Precondition: the settings passed `traits.check`.
  init(registers: RegisterChip, settings: InertialSettings) {
    self.registers = registers
    selects = Self.traits.selects(settings)
    // Table 2: 8.75 mdps and 0.061 mg at the smallest range; they double with it.
    gyroScale = 8.75e-3 * Double(1 << Int(selects.gyro)) * .pi / 180
    let range = Self.traits.accelRangesG[Int(selects.accel)]
    accelScale = 0.061e-3 * (range / 2) * standardGravityMS2
    // LPF2 divides the rate by 4, 10, 20, 45 (9.21, table 69): the one nearest to the gyro's.
    let wanted = settings.rateHz / settings.filterHz
    let divisors: [Double] = [4, 10, 20, 45]
    func distance(_ i: Int) -> Double { max(divisors[i] / wanted, wanted / divisors[i]) }
    accelFilter = UInt8(divisors.indices.min { distance($0) < distance($1) } ?? 0)
  }

  func start(clock: any Clock) throws(DeviceError) {
    try registers.write(0x01, to: 0x12)
    clock.sleep(until: clock.now + Interval(nanoseconds: 10_000_000))  // AN5272 5.7: 50 us and boot
    let rate = Self.rates[selects.rate].bits
    try registers.writeChecked(0x44, to: 0x12)
    try registers.writeChecked(selects.filter, to: 0x15)
    try registers.writeChecked(0x02, to: 0x13)
    try registers.writeChecked(accelFilter << 5, to: 0x17)
    try registers.writeChecked(0x80, to: 0x0B)
    try registers.writeChecked(rate << 4 | selects.accel << 2 | 0x02, to: 0x10)
    try registers.writeChecked(rate << 4 | selects.gyro << 2, to: 0x11)
    clock.sleep(until: clock.now + Interval(nanoseconds: 70_000_000))  // table 3: gyro turn-on
    try registers.writeChecked(rate << 4 | rate, to: 0x09)
    try emptyFifo()
    try registers.writeChecked(0x02, to: 0x0D)
  }

  func waitingBytes() throws(DeviceError) -> Int {
    let status = try registers.readLittleEndian(0x3A)
    return status & 0x4000 != 0 ? Self.fifoBytes : Int(status & 0x3FF) * Self.wordBytes
  }

  func emptyFifo() throws(DeviceError) {
    try registers.write(0x00, to: 0x0A)
    try registers.write(0x06, to: 0x0A)
  }

  /// The two words of a moment come in either order.
  func decode(_ bytes: [UInt8], at: Int) -> InertialReading? {
    let (first, second) = (bytes[at], bytes[at + Self.wordBytes])
    guard (first ^ second) & 0x06 == 0 else { return nil }
    let gyroAt: Int
    switch (first >> 3, second >> 3) {
    case (1, 2): gyroAt = at
    case (2, 1): gyroAt = at + Self.wordBytes
    default: return nil
    }
    func vector(_ word: Int) -> Vector3 {
      Vector3(
        littleEndian(bytes, word + 1), littleEndian(bytes, word + 3), littleEndian(bytes, word + 5))
    }
    return InertialReading(
      gyroRadS: gyroScale * vector(gyroAt),
      accelMS2: accelScale * vector(2 * at + Self.wordBytes - gyroAt))
  }

  func temperatureC() throws(DeviceError) -> Double {
    Double(Int16(bitPattern: try registers.readLittleEndian(0x20))) / 256 + 25
  }
}
