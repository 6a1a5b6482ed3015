// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// InvenSense MPU-6050, MPU-6500, MPU-9250 and MPU-9255: one register map, small differences.
/// Sources: RM-MPU-6000A rev 4.2 (section numbers below), RM-MPU-6500A rev 2.1, RM-MPU-9250A rev
/// 1.6.
///
/// | register | number | what we use |
/// |---|---|---|
/// | SMPLRT_DIV | 0x19 | sample rate = 1 kHz / (1 + divider) (4.2) |
/// | CONFIG | 0x1A | DLPF_CFG 1 to 6: bandwidth of gyro, on the MPU-6050 of both (4.3) |
/// | GYRO_CONFIG, ACCEL_CONFIG | 0x1B, 0x1C | bits 4:3 = range (4.4, 4.5) |
/// | ACCEL_CONFIG2 | 0x1D | not MPU-6050: A_DLPF_CFG as above; bits 7:6 = 0: FIFO of 512 bytes |
/// | FIFO_EN | 0x23 | 0x78 = gyro x, y, z and accel: 12-byte records, accel first (4.9) |
/// | INT_PIN_CFG | 0x37 | bit 1: the magnetometer's bus is ours (4.14) |
/// | TEMP_OUT | 0x41 | temperature, two bytes (4.18) |
/// | INT_ENABLE | 0x38 | bit 0 data ready: a pulse of 50 us each sample (4.15) |
/// | USER_CTRL | 0x6A | bit 6 FIFO on; bit 2 FIFO reset, heeded while bit 6 is 0 (4.27) |
/// | PWR_MGMT_1 | 0x6B | bit 7 reset, bit 6 sleep, 1 = gyro x PLL (4.28) |
/// | FIFO_COUNT, FIFO_R_W | 0x72, 0x74 | bytes waiting, data (4.30, 4.31) |
/// | WHO_AM_I | 0x75 | 0x68; MPU-6500 0x70, MPU-9250 0x71, MPU-9255 0x73 (4.32) |
protocol MPUModel {
  static var traits: InertialTraits { get }
  static var fifoBytes: Int { get }
  /// The accelerometer has a filter of its own.
  static var hasAccelFilter: Bool { get }
  /// Temperature: counts per kelvin, and degrees Celsius at 0 counts.
  static var temperature: (perKelvin: Double, atZeroC: Double) { get }
}

enum MPU6050: MPUModel {
  static let traits = mpuTraits("MPU-6050", 0x68, filtersHz: [184, 94, 44, 21, 10, 5])
  static let fifoBytes = 1024
  static let hasAccelFilter = false
  static let temperature = (perKelvin: 340.0, atZeroC: 36.53)  // 4.18
}

enum MPU6500: MPUModel {
  static let traits = mpuTraits("MPU-6500", 0x70, filtersHz: laterFiltersHz)
  static let fifoBytes = 512
  static let hasAccelFilter = true
  static let temperature = laterTemperature
}

enum MPU9250: MPUModel {
  static let traits = mpuTraits("MPU-9250", 0x71, filtersHz: laterFiltersHz, AK8963.traits)
  static let fifoBytes = 512
  static let hasAccelFilter = true
  static let temperature = laterTemperature
}

enum MPU9255: MPUModel {
  static let traits = mpuTraits("MPU-9255", 0x73, filtersHz: laterFiltersHz, AK8963.traits)
  static let fifoBytes = 512
  static let hasAccelFilter = true
  static let temperature = laterTemperature
}

// RM-MPU-9250A 4.4, the gyro's; the accelerometer's differ by some hertz (4.8).
private let laterFiltersHz: [Double] = [184, 92, 41, 20, 10, 5]
// RM-MPU-9250A 4.23, PS-MPU-9250A 3.4.2: 333.87 counts a kelvin, 0 at 21 degrees Celsius.
private let laterTemperature = (perKelvin: 333.87, atZeroC: 21.0)

private func mpuTraits(
  _ name: String, _ identity: UInt8, filtersHz: [Double],
  _ magnetometer: InertialTraits.Magnetometer? = nil
) -> InertialTraits {
  InertialTraits(
    name: name, addresses: [0x68, 0x69], identityRegister: 0x75, identity: identity,
    rates: .divided(baseHz: 1000, by: 1...256), gyroRangesDegS: [250, 500, 1000, 2000],
    accelRangesG: [2, 4, 8, 16], filtersHz: filtersHz, magnetometer: magnetometer)
}

/// The driver of the family.
struct MPU<Model: MPUModel>: FifoChip {
  static var traits: InertialTraits { Model.traits }
  static var fifoRegister: UInt8 { 0x74 }
  static var fifoBytes: Int { Model.fifoBytes }
  static var recordBytes: Int { 12 }

  let registers: RegisterChip
  private let selects: (rate: Int, gyro: UInt8, accel: UInt8, filter: UInt8)
  private let gyroScale: Double
  private let accelScale: Double
  private var magnetometer: AK8963?

  /// Precondition: the settings passed `traits.check`.
  init(registers: RegisterChip, settings: InertialSettings) {
    self.registers = registers
    selects = Model.traits.selects(settings)
    gyroScale = Double(250 << Int(selects.gyro)) * .pi / 180 / 32768
    accelScale = Double(2 << Int(selects.accel)) * standardGravityMS2 / 32768
    magnetometer = Model.traits.magnetometer.map { _ in AK8963(bus: registers.device.bus) }
  }

  mutating func start(clock: any Clock) throws(DeviceError) {
    try registers.write(0x80, to: 0x6B)
    clock.sleep(until: clock.now + Interval(nanoseconds: 100_000_000))  // 4.28: after a reset
    try registers.write(0x01, to: 0x6B)
    try registers.writeChecked(1 + selects.filter, to: 0x1A)
    try registers.writeChecked(UInt8(selects.rate - 1), to: 0x19)
    try registers.writeChecked(selects.gyro << 3, to: 0x1B)
    try registers.writeChecked(selects.accel << 3, to: 0x1C)
    if Model.hasAccelFilter { try registers.writeChecked(1 + selects.filter, to: 0x1D) }
    if magnetometer != nil {
      try registers.writeChecked(0x02, to: 0x37)
      try magnetometer?.start(clock: clock)
    }
    try registers.writeChecked(0x78, to: 0x23)
    try emptyFifo()
    try registers.write(0x01, to: 0x38)
  }

  func waitingBytes() throws(DeviceError) -> Int { Int(try registers.readBigEndian(0x72)) }

  func emptyFifo() throws(DeviceError) {
    try registers.write(0x04, to: 0x6A)
    try registers.write(0x40, to: 0x6A)
  }

  func decode(_ bytes: [UInt8], at: Int) -> InertialReading? {
    func vector(_ at: Int) -> Vector3 {
      Vector3(bigEndian(bytes, at), bigEndian(bytes, at + 2), bigEndian(bytes, at + 4))
    }
    return InertialReading(
      gyroRadS: gyroScale * vector(at + 6), accelMS2: accelScale * vector(at))
  }

  func temperatureC() throws(DeviceError) -> Double {
    let counts = Double(Int16(bitPattern: try registers.readBigEndian(0x41)))
    return counts / Model.temperature.perKelvin + Model.temperature.atZeroC
  }

  /// The magnetometer's x is the gyro's y, its y the gyro's x, its z points down (PS-MPU-9250A
  /// 9.1).
  func magneticT() throws(DeviceError) -> Vector3? {
    guard let magnetometer, let field = try magnetometer.fieldT() else { return nil }
    return Vector3(field.y, field.x, -field.z)
  }
}
