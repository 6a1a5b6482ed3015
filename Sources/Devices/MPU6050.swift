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
/// | INT_ENABLE, INT_STATUS | 0x38, 0x3A | bit 0 data ready, bit 4 FIFO overflow (4.15, 4.16) |
/// | USER_CTRL | 0x6A | bit 6 FIFO on; bit 2 FIFO reset, heeded while bit 6 is 0 (4.27) |
/// | PWR_MGMT_1 | 0x6B | bit 7 reset, bit 6 sleep, 1 = gyro x PLL (4.28) |
/// | FIFO_COUNT, FIFO_R_W | 0x72, 0x74 | bytes waiting, data (4.30, 4.31) |
/// | WHO_AM_I | 0x75 | 0x68 (4.32) |
public final class MPU6050: InertialSensor {
  static let identities: [UInt8: String] = [
    0x68: "MPU-6050", 0x70: "MPU-6500", 0x71: "MPU-9250", 0x73: "MPU-9255", 0x75: "MPU-6515 clone"
  ]
  static let recordBytes = 12
  static let fifoBytes = 1024
  /// One burst stays below 256 bytes, which every Linux adapter carries.
  static let burstRecords = 20

  public let sampleRateHz: Double
  public private(set) var lostSamples = 0

  private let device: I2CDevice
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

  /// - Throws: `DeviceError.unsupported` when the chip has no such rate, range or filter.
  public init(
    device: I2CDevice, dataReady: any EdgeLine, rateHz: Double, gyroRangeRadS: Double,
    accelRangeMS2: Double, filterHz: Double
  ) throws(DeviceError) {
    let steps = (1000 / rateHz).rounded()
    guard steps >= 1, steps <= 256, abs(1000 / rateHz - steps) < 1e-6 else {
      throw .unsupported(
        chip: "MPU-6050", setting: "rate", asked: "\(rateHz) Hz",
        possible: "1000 Hz / n, n = 1...256")
    }
    divider = UInt8(steps - 1)
    gyroSelect = try Self.select(
      gyroRangeRadS * 180 / .pi, of: [250, 500, 1000, 2000], "gyro_range", "deg/s")
    accelSelect = try Self.select(
      accelRangeMS2 / standardGravityMS2, of: [2, 4, 8, 16], "accel_range", "g")
    lowPass = 1 + (try Self.select(filterHz, of: [184, 94, 44, 21, 10, 5], "filter", "Hz"))
    gyroScale = Double(250 << Int(gyroSelect)) * .pi / 180 / 32768
    accelScale = Double(2 << Int(accelSelect)) * standardGravityMS2 / 32768
    (self.device, self.dataReady, sampleRateHz) = (device, dataReady, rateHz)
    period = Interval(seconds: 1 / rateHz)
  }

  private static func select(
    _ value: Double, of choices: [Double], _ setting: String, _ unit: String
  ) throws(DeviceError) -> UInt8 {
    for (index, choice) in choices.enumerated() where abs(choice - value) <= 0.001 * choice {
      return UInt8(index)
    }
    let possible = choices.map { "\(Int($0))" }.joined(separator: ", ")
    throw .unsupported(
      chip: "MPU-6050", setting: setting, asked: "\(value) \(unit)", possible: "\(possible) \(unit)"
    )
  }

  public func start(clock: any Clock) throws(DeviceError) {
    let found = try read(0x75)
    guard found == 0x68 else {
      throw .wrongIdentity(
        chip: "MPU-6050", bus: device.bus.name, address: device.address, register: 0x75,
        expected: 0x68, found: found, looksLike: Self.identities[found])
    }
    try write(0x80, to: 0x6B)
    clock.sleep(until: clock.now + Interval(nanoseconds: 100_000_000))  // 4.28: 100 ms after reset
    try write(0x01, to: 0x6B)
    try writeChecked(lowPass, to: 0x1A)
    try writeChecked(divider, to: 0x19)
    try writeChecked(gyroSelect << 3, to: 0x1B)
    try writeChecked(accelSelect << 3, to: 0x1C)
    try writeChecked(0x78, to: 0x23)
    try emptyFifo()
    try write(0x01, to: 0x38)
    lastEdgeAt = clock.now
    try takeEdges()
    drainedSequence = lastSequence
  }

  /// The samples waiting in the FIFO. The newest was taken at the last data-ready edge; each one
  /// before it a period earlier. An overflow empties the FIFO and counts what was lost.
  public func drain(_ each: (InertialSample) -> Void) throws(DeviceError) {
    try takeEdges()
    var count: (UInt8, UInt8) = (0, 0)
    // SAFETY: two bytes on the stack, filled within the call.
    try withRegisters(&count, from: 0x72)
    let bytes = Int(count.0) << 8 | Int(count.1)
    guard bytes < Self.fifoBytes else { return try recoverFromOverflow(bytes) }
    var waiting = bytes / Self.recordBytes
    while waiting > 0 {
      let records = min(waiting, Self.burstRecords)
      try readBurst(records)
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
    try write(0x04, to: 0x6A)
    try write(0x40, to: 0x6A)
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

  private func readBurst(_ records: Int) throws(DeviceError) {
    var failure: I2CError?
    burst.withUnsafeMutableBytes { bytes in
      // SAFETY: records <= burstRecords, so the slice lies inside `burst`.
      let part = UnsafeMutableRawBufferPointer(rebasing: bytes[0..<(records * Self.recordBytes)])
      do throws(I2CError) { try device.read(0x74, into: part) } catch { failure = error }
    }
    if let failure { throw .bus(failure, chip: "MPU-6050") }
  }

  private func withRegisters(_ pair: inout (UInt8, UInt8), from register: UInt8) throws(DeviceError)
  {
    var failure: I2CError?
    withUnsafeMutableBytes(of: &pair) { bytes in
      do throws(I2CError) { try device.read(register, into: bytes) } catch { failure = error }
    }
    if let failure { throw .bus(failure, chip: "MPU-6050") }
  }

  private func read(_ register: UInt8) throws(DeviceError) -> UInt8 {
    do throws(I2CError) { return try device.read(register) } catch {
      throw .bus(error, chip: "MPU-6050")
    }
  }

  private func write(_ value: UInt8, to register: UInt8) throws(DeviceError) {
    do throws(I2CError) { try device.write(value, to: register) } catch {
      throw .bus(error, chip: "MPU-6050")
    }
  }

  private func writeChecked(_ value: UInt8, to register: UInt8) throws(DeviceError) {
    try write(value, to: register)
    let back = try read(register)
    guard back == value else {
      throw .notAccepted(
        chip: "MPU-6050", bus: device.bus.name, address: device.address, register: register,
        wrote: value, read: back)
    }
  }
}
