// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// TDK InvenSense ICM-20948, nine axes, four banks of registers. Source: DS-000189 rev 1.3, section
/// numbers below.
///
/// | register | bank, number | what we use |
/// |---|---|---|
/// | WHO_AM_I | 0, 0x00 | 0xEA (8.1) |
/// | USER_CTRL | 0, 0x03 | bit 6 FIFO on (8.2) |
/// | PWR_MGMT_1 | 0, 0x06 | bit 7 reset, bit 6 sleep, 1 = best clock (8.4) |
/// | INT_PIN_CFG | 0, 0x0F | bit 1: the magnetometer's bus is ours (8.6) |
/// | INT_ENABLE_1 | 0, 0x11 | bit 0 data ready: a pulse of 50 us each sample (8.8) |
/// | TEMP_OUT | 0, 0x39 | 333.87 counts a kelvin, 0 at 21 degrees Celsius (8.31, table 4) |
/// | FIFO_EN_2 | 0, 0x67 | 0x1E = accel and gyro x, y, z: 12-byte records, accel first (8.43) |
/// | FIFO_RST | 0, 0x68 | bits 4:0: empty while 1 (8.44) |
/// | FIFO_COUNT, FIFO_R_W | 0, 0x70, 0x72 | bytes waiting, data (8.46, 8.47) |
/// | GYRO_SMPLRT_DIV | 2, 0x00 | 1125 Hz / (1 + divider) (10.1) |
/// | GYRO_CONFIG_1 | 2, 0x01 | bits 5:3 filter, 2:1 range, bit 0 filter on (10.2) |
/// | ODR_ALIGN_EN | 2, 0x09 | bit 0: gyro and accelerometer sample together (10.10) |
/// | ACCEL_SMPLRT_DIV | 2, 0x10 | two bytes, as the gyro's (10.11) |
/// | ACCEL_CONFIG | 2, 0x14 | as GYRO_CONFIG_1 (10.15) |
/// | REG_BANK_SEL | all, 0x7F | bits 5:4 (8.51) |
struct ICM20948: FifoChip {
  // The gyro's bandwidths of table 16 by GYRO_DLPFCFG. The accelerometer's of table 18 are 246 Hz
  // for the first two, 473 Hz for the last, and within 7 % of these else.
  static let traits = InertialTraits(
    name: "ICM-20948", addresses: [0x69, 0x68], identityRegister: 0x00, identity: 0xEA,
    rates: .divided(baseHz: 1125, by: 1...256), gyroRangesDegS: [250, 500, 1000, 2000],
    accelRangesG: [2, 4, 8, 16], filtersHz: [196.6, 151.8, 119.5, 51.2, 23.9, 11.6, 5.7, 361.4],
    magnetometer: AK09916.traits)
  static let fifoRegister: UInt8 = 0x72
  static let fifoBytes = 512
  static let recordBytes = 12

  let registers: RegisterChip
  private let selects: (rate: Int, gyro: UInt8, accel: UInt8, filter: UInt8)
  private let gyroScale: Double
  private let accelScale: Double
  private let magnetometer: AK09916

  /// Precondition: the settings passed `traits.check`.
  init(registers: RegisterChip, settings: InertialSettings) {
    self.registers = registers
    selects = Self.traits.selects(settings)
    gyroScale = Double(250 << Int(selects.gyro)) * .pi / 180 / 32768
    accelScale = Double(2 << Int(selects.accel)) * standardGravityMS2 / 32768
    magnetometer = AK09916(bus: registers.device.bus)
  }

  func start(clock: any Clock) throws(DeviceError) {
    try registers.write(0x80, to: 0x06)
    clock.sleep(until: clock.now + Interval(nanoseconds: 100_000_000))  // table 1: start-up
    try registers.write(0x01, to: 0x06)
    try registers.write(0x20, to: 0x7F)
    let divider = UInt8(selects.rate - 1)
    try registers.writeChecked(divider, to: 0x00)
    try registers.writeChecked(selects.filter << 3 | selects.gyro << 1 | 1, to: 0x01)
    try registers.writeChecked(0x01, to: 0x09)
    try registers.writeChecked(0x00, to: 0x10)
    try registers.writeChecked(divider, to: 0x11)
    try registers.writeChecked(selects.filter << 3 | selects.accel << 1 | 1, to: 0x14)
    try registers.write(0x00, to: 0x7F)
    try registers.writeChecked(0x02, to: 0x0F)
    try magnetometer.start(clock: clock)
    try registers.writeChecked(0x1E, to: 0x67)
    try registers.writeChecked(0x40, to: 0x03)
    try emptyFifo()
    try registers.write(0x01, to: 0x11)
  }

  func waitingBytes() throws(DeviceError) -> Int { Int(try registers.readBigEndian(0x70)) }

  func emptyFifo() throws(DeviceError) {
    try registers.write(0x1F, to: 0x68)
    try registers.write(0x00, to: 0x68)
  }

  func decode(_ bytes: [UInt8], at: Int) -> InertialReading? {
    func vector(_ at: Int) -> Vector3 {
      Vector3(bigEndian(bytes, at), bigEndian(bytes, at + 2), bigEndian(bytes, at + 4))
    }
    return InertialReading(
      gyroRadS: gyroScale * vector(at + 6), accelMS2: accelScale * vector(at))
  }

  func temperatureC() throws(DeviceError) -> Double {
    Double(Int16(bitPattern: try registers.readBigEndian(0x39))) / 333.87 + 21
  }

  /// The magnetometer's y and z point the other way (figures 12 and 13).
  func magneticT() throws(DeviceError) -> Vector3? {
    guard let field = try magnetometer.fieldT() else { return nil }
    return Vector3(field.x, -field.y, -field.z)
  }
}
