// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// An IMU whose samples wait in a FIFO, as its driver shows it to `FifoSensor`.
protocol FifoChip {
  static var traits: InertialTraits { get }
  /// Where the FIFO is read.
  static var fifoRegister: UInt8 { get }
  static var fifoBytes: Int { get }
  /// Bytes of one sample.
  static var recordBytes: Int { get }

  var registers: RegisterChip { get }

  /// Resets and configures a chip whose identity was checked; the FIFO is empty and fills, each
  /// sample gives an edge.
  mutating func start(clock: any Clock) throws(DeviceError)
  /// How much waits; `fifoBytes` when some was lost already.
  func waitingBytes() throws(DeviceError) -> Int
  func emptyFifo() throws(DeviceError)
  /// The sample whose bytes begin at `at`; nil when they are no sample.
  mutating func decode(_ bytes: [UInt8], at: Int) -> InertialReading?
  func temperatureC() throws(DeviceError) -> Double
  /// The magnetic field, body frame, when there is a new measurement of it.
  func magneticT() throws(DeviceError) -> Vector3?
}

extension FifoChip {
  func magneticT() throws(DeviceError) -> Vector3? { nil }
}

/// What one record of a FIFO says.
struct InertialReading {
  var gyroRadS: Vector3
  var accelMS2: Vector3
  /// Since the record before, by the chip's own clock; nil when it does not say.
  var elapsed: Interval?
}

/// What all IMUs with a FIFO have in common: look at the count, read the records in bursts, date
/// each by its edge, start afresh after a loss.
final class FifoSensor<Chip: FifoChip>: InertialSensor {
  /// One burst stays below 256 bytes, which every Linux adapter carries.
  static var burstRecords: Int { 255 / Chip.recordBytes }
  /// AK8963 and AK09916 measure at 100 Hz in the mode we use.
  private static var fieldPeriod: Interval { Interval(nanoseconds: 10_000_000) }

  let sampleRateHz: Double
  private(set) var lostSamples = 0

  private var chip: Chip
  private let hasMagnetometer = Chip.traits.magnetometer != nil
  private var dating: SampleDating
  private var burst = [UInt8](repeating: 0, count: burstRecords * Chip.recordBytes)
  /// The FIFO may begin in the middle of a record.
  private var isTorn = false
  private var nextFieldAt = Instant.zero

  init(_ chip: Chip, dataReady: any EdgeLine, rateHz: Double) {
    (self.chip, sampleRateHz) = (chip, rateHz)
    dating = SampleDating(line: dataReady, period: Interval(seconds: 1 / rateHz))
  }

  func start(clock: any Clock) throws(DeviceError) {
    try chip.registers.requireIdentity(Chip.traits)
    try chip.start(clock: clock)
    (isTorn, nextFieldAt) = (false, clock.now)
    try dating.begin(now: clock.now)
  }

  func temperatureC() throws(DeviceError) -> Double { try chip.temperatureC() }

  /// The samples waiting in the FIFO. A full FIFO, and one that a failed burst left torn, is
  /// emptied, and what was in it is counted as lost.
  func drain(_ each: (InertialSample) -> Void) throws(DeviceError) {
    try dating.openLook()
    let bytes = try chip.waitingBytes()
    if isTorn || bytes > Chip.fifoBytes - Chip.recordBytes { return try restart(bytes) }
    var waiting = bytes / Chip.recordBytes
    try dating.closeLook(waiting: waiting)
    while waiting > 0 {
      let records = min(waiting, Self.burstRecords)
      isTorn = true
      try chip.registers.read(
        Chip.fifoRegister, count: records * Chip.recordBytes, into: &burst)
      isTorn = false
      waiting -= records
      try hand(records, isLast: waiting == 0, each)
    }
  }

  private func hand(
    _ records: Int, isLast: Bool, _ each: (InertialSample) -> Void
  ) throws(DeviceError) {
    var failure: DeviceError?
    for record in 0..<records {
      guard let reading = chip.decode(burst, at: record * Chip.recordBytes) else {
        isTorn = true
        throw .badData(
          chip: Chip.traits.name, bus: chip.registers.device.bus.name,
          address: chip.registers.device.address, what: "its FIFO holds something but samples")
      }
      var sample = InertialSample(
        at: dating.next(elapsed: reading.elapsed), gyroRadS: reading.gyroRadS,
        accelMS2: reading.accelMS2)
      if isLast, record == records - 1, hasMagnetometer, sample.at >= nextFieldAt {
        nextFieldAt = sample.at + Self.fieldPeriod
        // A silent magnetometer is told, after the sample that it must not cost.
        do throws(DeviceError) { sample.magneticT = try chip.magneticT() } catch { failure = error }
      }
      each(sample)
    }
    if let failure { throw failure }
  }

  private func restart(_ bytes: Int) throws(DeviceError) {
    try chip.emptyFifo()
    isTorn = false
    lostSamples += max(bytes / Chip.recordBytes, try dating.forgetWaiting())
  }
}

/// Sixteen bits of a burst.
func bigEndian(_ bytes: [UInt8], _ at: Int) -> Double {
  Double(Int16(bitPattern: UInt16(bytes[at]) << 8 | UInt16(bytes[at + 1])))
}

func littleEndian(_ bytes: [UInt8], _ at: Int) -> Double {
  Double(Int16(bitPattern: UInt16(bytes[at + 1]) << 8 | UInt16(bytes[at])))
}
