// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// Bosch BNO055, nine axes. Its fused output stays unused: gyro, accelerometer and magnetometer are
/// read raw. It has no FIFO and no usable data-ready pin, so a sample is dated when it is read, and
/// may be a period older. Source: BST-BNO055-DS000-18, section numbers below.
///
/// | register | page, number | what we use |
/// |---|---|---|
/// | CHIP_ID | 0, 0x00 | 0xA0 (4.3.1) |
/// | PAGE_ID | both, 0x07 | page (4.3.8) |
/// | ACC, MAG, GYR DATA | 0, 0x08 | 18 bytes, low first: 1/100 m/s2, 1/16 uT, 1/16 deg/s (3.6.4) |
/// | TEMP | 0, 0x34 | degrees Celsius (4.3.53) |
/// | ST_RESULT | 0, 0x36 | 0x0F = all self-tests passed (4.3.55) |
/// | UNIT_SEL | 0, 0x3B | 0 = m/s2, deg/s, Celsius (4.3.60) |
/// | OPR_MODE | 0, 0x3D | 0 configure, 7 = accel, magnetometer and gyro raw (3.3) |
/// | SYS_TRIGGER | 0, 0x3F | bit 5: reset, then typically 650 ms (4.3.64, table 0-2) |
/// | ACC_CONFIG | 1, 0x08 | bits 4:2 bandwidth, 1:0 range (4.4.2) |
/// | MAG_CONFIG | 1, 0x09 | 0x0F = 30 Hz, regular (4.4.3) |
/// | GYR_CONFIG_0 | 1, 0x0A | bits 5:3 bandwidth, 2:0 range (4.4.4) |
final class BNO055: InertialSensor {
  static let traits = InertialTraits(
    name: "BNO055", addresses: [0x28, 0x29], identityRegister: 0x00, identity: 0xA0,
    rates: .listed([100, 50, 25]), gyroRangesDegS: [2000, 1000, 500, 250, 125],
    accelRangesG: [2, 4, 8, 16], filtersHz: [523, 230, 116, 47, 23, 12, 64, 32],
    hasDataReady: false, stretchesClock: true)
  // 4.4.2; the one nearest to the gyro's is taken.
  static let accelBandwidthsHz: [Double] = [7.81, 15.63, 31.25, 62.5, 125, 250, 500, 1000]
  static let dataBytes = 18

  let sampleRateHz: Double
  private(set) var lostSamples = 0

  private let chip: RegisterChip
  private let period: Interval
  private let accelConfig: UInt8
  private let gyroConfig: UInt8
  private var clock: (any Clock)?
  private var data = [UInt8](repeating: 0, count: dataBytes)
  private var last = [UInt8](repeating: 0, count: dataBytes)
  /// When the next sample is due, and when the data changed last.
  private var dueAt = Instant.zero
  private var changedAt = Instant.zero

  /// Precondition: the settings passed `traits.check`.
  init(device: I2CDevice, settings: InertialSettings) {
    let selects = Self.traits.selects(settings)
    func distance(_ i: Int) -> Double {
      let ratio = Self.accelBandwidthsHz[i] / settings.filterHz
      return max(ratio, 1 / ratio)
    }
    let accelFilter = Self.accelBandwidthsHz.indices.min { distance($0) < distance($1) } ?? 0
    accelConfig = UInt8(accelFilter) << 2 | selects.accel
    gyroConfig = selects.filter << 3 | selects.gyro
    chip = RegisterChip(name: Self.traits.name, device: device)
    sampleRateHz = settings.rateHz
    period = Interval(seconds: 1 / settings.rateHz)
  }

  func start(clock: any Clock) throws(DeviceError) {
    try chip.requireIdentity(Self.traits)
    try chip.write(0x20, to: 0x3F)
    clock.sleep(until: clock.now + Interval(nanoseconds: 700_000_000))
    let passed = try chip.read(0x36)
    guard passed & 0x0F == 0x0F else {
      throw .badData(
        chip: chip.name, bus: chip.device.bus.name, address: chip.device.address,
        what: "its self-test says \(hex(passed)), not 0x0F")
    }
    try chip.writeChecked(0x00, to: 0x3B)
    try chip.write(0x01, to: 0x07)
    try chip.writeChecked(accelConfig, to: 0x08)
    try chip.writeChecked(0x0F, to: 0x09)
    try chip.writeChecked(gyroConfig, to: 0x0A)
    try chip.write(0x00, to: 0x07)
    try chip.write(0x07, to: 0x3D)
    clock.sleep(until: clock.now + Interval(nanoseconds: 7_000_000))  // table 3-6
    let mode = try chip.read(0x3D)
    guard mode & 0x0F == 0x07 else {
      throw .notAccepted(
        chip: chip.name, bus: chip.device.bus.name, address: chip.device.address,
        register: 0x3D, wrote: 0x07, read: mode)
    }
    (self.clock, dueAt, changedAt) = (clock, clock.now + period, clock.now)
  }

  func temperatureC() throws(DeviceError) -> Double {
    Double(Int8(bitPattern: try chip.read(0x34)))
  }

  /// One sample when it is due. What has not changed is not new, unless it stays so: then the chip
  /// is stuck, and those who watch for it must see it.
  func drain(_ each: (InertialSample) -> Void) throws(DeviceError) {
    guard let now = clock?.now, now + earliness >= dueAt else { return }
    try chip.read(0x08, count: Self.dataBytes, into: &data)
    let isNew = data != last
    if isNew {
      changedAt = now
    } else if now - changedAt < period * 2 {
      dueAt = now + earliness
      return
    }
    let late = now - dueAt
    let missed = max(0, late.nanoseconds / period.nanoseconds)
    lostSamples += Int(missed)
    dueAt = dueAt + period * (missed + 1)
    each(sample(at: now))
    swap(&data, &last)
  }

  /// A look may be this much before its time, or every second one would come to nothing.
  private var earliness: Interval { Interval(nanoseconds: period.nanoseconds / 4) }

  private func sample(at now: Instant) -> InertialSample {
    func vector(_ at: Int) -> Vector3 {
      Vector3(littleEndian(data, at), littleEndian(data, at + 2), littleEndian(data, at + 4))
    }
    return InertialSample(
      at: now, gyroRadS: (.pi / 180 / 16) * vector(12), accelMS2: 0.01 * vector(0),
      magneticT: data[6..<12] == last[6..<12] ? nil : (1e-6 / 16) * vector(6))
  }
}
