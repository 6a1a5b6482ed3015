// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// InvenSense MPU-6050, six axes. Source: RM-MPU-6000A rev 4.2 (register map), section numbers
/// below.
///
/// | register | number | what we use |
/// |---|---|---|
/// | SMPLRT_DIV | 0x19 | sample rate = 1 kHz / (1 + divider) (4.2) |
/// | CONFIG | 0x1A | DLPF_CFG: 1 = 184/188, 2 = 94/98, 3 = 44/42, 4 = 21/20, 5 = 10/10 Hz (4.3) |
/// | GYRO_CONFIG, ACCEL_CONFIG | 0x1B, 0x1C | bits 4:3 = range (4.4, 4.5) |
/// | FIFO_EN | 0x23 | 0x78 = gyro x, y, z and accel: 12-byte records, accel first (4.9) |
/// | TEMP_OUT | 0x41 | temperature, two bytes (4.18) |
/// | INT_ENABLE, INT_STATUS | 0x38, 0x3A | bit 0 data ready, bit 4 FIFO overflow (4.15, 4.16) |
/// | USER_CTRL | 0x6A | bit 6 FIFO on; bit 2 FIFO reset, heeded while bit 6 is 0 (4.27) |
/// | PWR_MGMT_1 | 0x6B | bit 7 reset, bit 6 sleep, 1 = gyro x PLL (4.28) |
/// | FIFO_COUNT, FIFO_R_W | 0x72, 0x74 | bytes waiting, data (4.30, 4.31) |
/// | WHO_AM_I | 0x75 | 0x68 (4.32) |
final class MPU6050: InertialSensor {
  static let traits = InertialTraits(
    name: "MPU-6050", addresses: [0x68, 0x69], identityRegister: 0x75, identity: 0x68,
    rates: .divided(baseHz: 1000, by: 1...256), gyroRangesDegS: [250, 500, 1000, 2000],
    accelRangesG: [2, 4, 8, 16], filtersHz: [184, 94, 44, 21, 10, 5])
  static let others: [UInt8: String] = [
    0x70: "MPU-6500", 0x71: "MPU-9250", 0x73: "MPU-9255", 0x75: "MPU-6515 clone"
  ]
  static let recordBytes = 12
  static let fifoBytes = 1024
  /// One burst stays below 256 bytes, which every Linux adapter carries.
  static let burstRecords = 20

  let sampleRateHz: Double
  private(set) var lostSamples = 0

  private let chip: RegisterChip
  private let dataReady: any EdgeLine
  private let divider: UInt8
  private let lowPass: UInt8
  private let gyroSelect: UInt8
  private let accelSelect: UInt8
  private let gyroScale: Double
  private let accelScale: Double
  private let period: Interval
  private var burst = [UInt8](repeating: 0, count: burstRecords * recordBytes)
  private var lastEdgeAt = Instant.zero
  /// The newest edge taken, and the one up to which samples were handed over or counted as lost.
  private var lastSequence: UInt32 = 0
  private var drainedSequence: UInt32 = 0

  /// Precondition: the settings passed `traits.check`.
  init(device: I2CDevice, dataReady: any EdgeLine, settings: InertialSettings) {
    let selects = Self.traits.selects(settings)
    divider = UInt8(selects.rate - 1)
    (gyroSelect, accelSelect, lowPass) = (selects.gyro, selects.accel, 1 + selects.filter)
    gyroScale = Double(250 << Int(selects.gyro)) * .pi / 180 / 32768
    accelScale = Double(2 << Int(selects.accel)) * standardGravityMS2 / 32768
    chip = RegisterChip(name: Self.traits.name, device: device)
    (self.dataReady, sampleRateHz) = (dataReady, settings.rateHz)
    period = Interval(seconds: 1 / settings.rateHz)
  }

  func start(clock: any Clock) throws(DeviceError) {
    try chip.requireIdentity(0x68, at: 0x75, others: Self.others)
    try chip.write(0x80, to: 0x6B)
    clock.sleep(until: clock.now + Interval(nanoseconds: 100_000_000))  // 4.28: 100 ms after reset
    try chip.write(0x01, to: 0x6B)
    try chip.writeChecked(lowPass, to: 0x1A)
    try chip.writeChecked(divider, to: 0x19)
    try chip.writeChecked(gyroSelect << 3, to: 0x1B)
    try chip.writeChecked(accelSelect << 3, to: 0x1C)
    try chip.writeChecked(0x78, to: 0x23)
    try emptyFifo()
    try chip.write(0x01, to: 0x38)
    lastEdgeAt = clock.now
    try takeEdges()
    drainedSequence = lastSequence
  }

  /// Source: 4.18: TEMP_OUT / 340 + 36.53.
  func temperatureC() throws(DeviceError) -> Double {
    Double(Int16(bitPattern: try chip.readBigEndian(0x41))) / 340 + 36.53
  }

  /// The samples waiting in the FIFO. The newest was taken at the last data-ready edge; each one
  /// before it a period earlier. An overflow empties the FIFO and counts what was lost.
  func drain(_ each: (InertialSample) -> Void) throws(DeviceError) {
    try takeEdges()
    let bytes = Int(try chip.readBigEndian(0x72))
    guard bytes < Self.fifoBytes else { return try recoverFromOverflow(bytes) }
    var waiting = bytes / Self.recordBytes
    while waiting > 0 {
      let records = min(waiting, Self.burstRecords)
      try chip.read(0x74, count: records * Self.recordBytes, into: &burst)
      for record in 0..<records {
        let age = Int64(waiting - 1 - record)
        each(sample(record, at: lastEdgeAt + Interval(nanoseconds: -age * period.nanoseconds)))
      }
      waiting -= records
    }
    drainedSequence = lastSequence
  }

  /// Every edge since the last look was a sample, and all of them are gone; at least those that
  /// fill the FIFO are.
  private func recoverFromOverflow(_ bytes: Int) throws(DeviceError) {
    lostSamples += max(bytes / Self.recordBytes, Int(lastSequence &- drainedSequence))
    drainedSequence = lastSequence
    try emptyFifo()
  }

  private func emptyFifo() throws(DeviceError) {
    try chip.write(0x04, to: 0x6A)
    try chip.write(0x40, to: 0x6A)
  }

  private func takeEdges() throws(DeviceError) {
    do throws(LineError) {
      while let edge = try dataReady.nextEdge() {
        (lastEdgeAt, lastSequence) = (edge.at, edge.sequence)
      }
    } catch { throw .line(error) }
  }

  private func sample(_ record: Int, at instant: Instant) -> InertialSample {
    func value(_ word: Int) -> Double {
      let at = record * Self.recordBytes + 2 * word
      return Double(Int16(bitPattern: UInt16(burst[at]) << 8 | UInt16(burst[at + 1])))
    }
    return InertialSample(
      at: instant, gyroRadS: gyroScale * Vector3(value(3), value(4), value(5)),
      accelMS2: accelScale * Vector3(value(0), value(1), value(2)))
  }
}
