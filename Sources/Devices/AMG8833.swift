// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// Panasonic AMG8833 (Grid-EYE), 8 x 8 temperatures. Source: Grid-EYE specifications, "Register
/// map" and "Temperature data format".
///
/// | register | number | what we use |
/// |---|---|---|
/// | PCTL | 0x00 | 0x00 normal; 0x10 asleep, 0x20 and 0x21 stand-by |
/// | RST | 0x01 | 0x3F initial reset, 0x30 flags only |
/// | FPSC | 0x02 | 0 = 10 Hz, 1 = 1 Hz |
/// | INTC | 0x03 | 0 INT on, 1 absolute value |
/// | STAT, SCLR | 0x04, 0x05 | 1 interrupt, 2 cell overflow, 3 thermistor overflow; 1 clears |
/// | INTH, INTL | 0x08, 0x0A | the alarm's limits, as cells, low byte first |
/// | TTH | 0x0E | thermistor, 0.0625 C, sign and magnitude in 12 bits, low byte first |
/// | INT0...7 | 0x10 | a bit for each cell outside the limits |
/// | T01...64 | 0x80 | 0.25 C, two's complement in 12 bits, low byte first |
///
/// There is no identity register, and IMUs share its addresses. The four upper bits of each cell,
/// which are 0, and a frame rate that reads back are the evidence; nothing is written before the
/// first holds and no IMU answers. There is no data-ready flag: frames are counted by the clock.
public final class AMG8833: GridSensor {
  static let traits = GridTraits(
    name: "AMG8833", addresses: [0x69, 0x68], identity: nil, unit: .celsius,
    shapes: [.init(rows: 8, columns: 8, ratesHz: [1, 10])])
  private static let cells = 64
  /// What WHO_AM_I at 0x75 says in the IMUs of these addresses.
  private static let imus: [UInt8: String] = [
    0x68: "MPU-6050", 0x70: "MPU-6500", 0x71: "MPU-9250", 0x73: "MPU-9255", 0x47: "ICM-42688-P"
  ]
  /// The measuring range of the high-gain kind, which AMG8833 is.
  private static let rangeC = 0.0...80.0

  public let name = traits.name
  public let (rows, columns) = (8, 8)
  public let unit = Grid.Unit.celsius
  public let rateHz: Double
  private let chip: RegisterChip
  private let alarmC: ClosedRange<Double>?
  private let period: Interval
  private var bytes = [UInt8](repeating: 0, count: 2 * cells)
  private var watch = RepeatWatch()
  private var clock: (any Clock)?
  private var nextAt = Instant.zero
  private var sequence: UInt32 = 0

  /// Precondition: the settings passed `traits.check`.
  init(device: I2CDevice, settings: GridSettings) {
    chip = RegisterChip(name: Self.traits.name, device: device)
    (rateHz, alarmC) = (settings.rateHz, settings.alarmC)
    period = Interval(seconds: 1 / settings.rateHz)
  }

  public func start(clock: any Clock) throws(DeviceError) {
    let who = try chip.read(0x75)
    guard Self.imus[who] == nil else { throw stranger(at: 0x75, found: who) }
    try readCells()
    for cell in 0..<Self.cells where bytes[2 * cell + 1] > 0x0F {
      throw stranger(at: UInt8(0x81 + 2 * cell), found: bytes[2 * cell + 1])
    }
    try chip.write(0x00, to: 0x00)
    try chip.write(0x3F, to: 0x01)
    clock.sleep(until: clock.now + Interval(nanoseconds: 50_000_000))  // set-up time: 50 ms
    try chip.writeChecked(rateHz == 1 ? 1 : 0, to: 0x02)
    if let alarmC {
      try writeCell(alarmC.upperBound, to: 0x08)
      try writeCell(alarmC.lowerBound, to: 0x0A)
      try chip.write(0x30, to: 0x01)  // by the limits before these, every cell was outside
      try chip.writeChecked(0x03, to: 0x03)
    }
    watch.forget()
    // The first two frames after a reset are not to be used.
    (self.clock, nextAt) = (clock, clock.now + period * 2)
  }

  public func latest(into grid: inout Grid) throws(DeviceError) -> Bool {
    guard let clock else { preconditionFailure("start before latest") }
    let now = clock.now
    guard now >= nextAt else { return false }
    nextAt = now + period
    let status = try chip.read(0x04)
    try readCells()
    guard !watch.isStuck(bytes, count: bytes.count) else {
      throw chip.badData("no cell has changed for \(RepeatWatch.limit) frames")
    }
    for cell in 0..<Self.cells {
      guard bytes[2 * cell + 1] <= 0x0F else {
        throw chip.badData("cell \(cell + 1) has more than 12 bits")
      }
      let value = AMG8833Cell.celsius(
        UInt16(bytes[2 * cell + 1]) << 8 | UInt16(bytes[2 * cell]))
      // Without its thermistor the chip knows differences only.
      let isTrusted = Self.rangeC.contains(value) && status & 0x08 == 0
      grid.set(cell, isTrusted ? value : nil)
    }
    if status & 0x0C != 0 { try chip.write(status & 0x0C, to: 0x05) }
    sequence &+= 1
    (grid.capturedAt, grid.sequence) = (now, sequence)
    return true
  }

  /// Which cells are outside the alarm's limits, cell 1 in the lowest bit; for when INT is low.
  public func alarmedCells() throws(DeviceError) -> UInt64 {
    try chip.read(0x10, count: 8, into: &bytes)
    return (0..<8).reduce(0) { $0 | UInt64(bytes[$1]) << (8 * UInt64($1)) }
  }

  /// The chip's own temperature, degrees Celsius.
  public func thermistorC() throws(DeviceError) -> Double {
    try chip.read(0x0E, count: 2, into: &bytes)
    return AMG8833Cell.thermistorC(UInt16(bytes[1]) << 8 | UInt16(bytes[0]))
  }

  private func readCells() throws(DeviceError) {
    try chip.read(0x80, count: bytes.count, into: &bytes)
  }

  private func writeCell(_ celsius: Double, to register: UInt8) throws(DeviceError) {
    let counts = UInt16(bitPattern: Int16(max(-2048, min(2047, (celsius * 4).rounded()))))
    try chip.writeChecked(UInt8(counts & 0xFF), to: register)
    try chip.writeChecked(UInt8(counts >> 8 & 0x0F), to: register + 1)
  }

  private func stranger(at register: UInt8, found: UInt8) -> DeviceError {
    .wrongIdentity(
      chip: name, bus: chip.device.bus.name, address: chip.device.address, register: register,
      expected: 0, found: found, looksLike: Self.imus[found])
  }
}

/// The chip's two number formats.
package enum AMG8833Cell {
  /// A cell: two's complement in 12 bits.
  package static func celsius(_ word: UInt16) -> Double {
    Double(Int16(bitPattern: word << 4) >> 4) * 0.25
  }

  /// The thermistor: bit 11 is the sign, the others the magnitude.
  package static func thermistorC(_ word: UInt16) -> Double {
    Double(word & 0x07FF) * (word & 0x0800 == 0 ? 0.0625 : -0.0625)
  }
}
