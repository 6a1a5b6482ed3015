// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// Melexis MLX90640, 24 x 32 temperatures. Source: MLX90640 datasheet rev 12, section numbers
/// below. Registers of 16 bits behind 16-bit numbers, the high bytes first.
///
/// | register | number | what we use |
/// |---|---|---|
/// | RAM | 0x0400 | 768 pixels, then ambience, gain and supply: 832 words (10.3, table 8) |
/// | EEPROM | 0x2400 | 832 words of calibration (table 10); 0x240A bit 6 is 1 in an MLX90641 |
/// | status | 0x8000 | 2:0 subpage; 3 new data; |
/// | | | 0x0030 clears it and lets the RAM be overwritten (10.1.1) |
/// | control 1 | 0x800D | 0 subpages; 9:7 rate, 0.5 Hz x 2^n; 11:10 resolution 16 + n bits; |
/// | | | 12 chess pattern (10.1.2) |
///
/// A subpage is half of the pixels; `rateHz` counts subpages, and each look at one is a new grid of
/// which half is new. Reading one takes 38 ms at 400 kHz: give the chip a bus of its own.
final class MLX90640: GridSensor {
  static let traits = GridTraits(
    name: "MLX90640", addresses: [0x33], identity: nil, unit: .celsius,
    shapes: [.init(rows: 24, columns: 32, ratesHz: [0.5, 1, 2, 4, 8, 16, 32, 64])])
  private static let ramStart: UInt16 = 0x0400
  private static let words = 832
  /// One burst stays below 256 bytes, which every Linux adapter carries.
  private static let burstWords = 126
  private static let resolution = 2
  /// What table 3 and table 4 allow, and what a chip can be driven to without breaking.
  private static let supplyV = 2.5...4.5
  private static let ambientC = -50.0...130.0

  let name = traits.name
  let (rows, columns) = (24, 32)
  let unit = Grid.Unit.celsius
  let rateHz: Double
  private let chip: WideChip
  private let control: UInt16
  private let isChess: Bool
  private let emissivity: Double
  private var calibration: MLX90640Calibration?
  private var bytes = [UInt8](repeating: 0, count: 2 * words)
  private var watch = RepeatWatch()
  private var clock: (any Clock)?
  private var lastAt = Instant.zero
  private var sequence: UInt32 = 0

  /// Precondition: the settings passed `traits.check`.
  init(device: I2CDevice, settings: GridSettings) {
    chip = WideChip(name: Self.traits.name, device: device)
    (rateHz, emissivity) = (settings.rateHz, settings.emissivity)
    isChess = settings.pattern == .chess
    let rate = Self.traits.shapes[0].ratesHz.firstIndex(of: settings.rateHz) ?? 0
    control =
      0x0001 | UInt16(rate) << 7 | UInt16(Self.resolution) << 10 | (isChess ? 0x1000 : 0)
  }

  func start(clock: any Clock) throws(DeviceError) {
    try read(0x2400)
    let eeprom = (0..<Self.words).map { UInt16(bitPattern: word($0)) }
    guard eeprom[0x0A] & 0x0040 == 0 || eeprom[0x0A] == 0xFFFF else {
      throw chip.wrongWord(
        eeprom[0x0A] & ~0x0040, at: 0x240A, found: eeprom[0x0A], looksLike: "MLX90641")
    }
    if let defect = MLX90640Calibration.defect(in: eeprom) { throw chip.badData(defect) }
    calibration = MLX90640Calibration(eeprom: eeprom)
    try chip.writeCheckedWord(control, to: 0x800D)
    try chip.writeWord(0x0030, to: 0x8000)
    watch.forget()
    (self.clock, lastAt) = (clock, clock.now)
  }

  func latest(into grid: inout Grid) throws(DeviceError) -> Bool {
    guard let clock, let calibration else { preconditionFailure("start before latest") }
    let now = clock.now
    let status = try chip.readWord(0x8000)
    guard status & 0x0008 != 0 else {
      try checkPatience(now, "subpage")
      return false
    }
    try chip.writeWord(0x0030, to: 0x8000)
    try read(Self.ramStart)
    // A subpage that came meanwhile has changed some of the words.
    guard try chip.readWord(0x8000) & 0x0008 == 0 else {
      try checkPatience(now, "subpage that holds still while it is read: lower the rate")
      return false
    }
    lastAt = now
    guard !watch.isStuck(bytes, count: bytes.count) else {
      throw chip.badData("its \(Self.words) words have not changed for \(RepeatWatch.limit) looks")
    }
    let reading = MLX90640Reading(
      calibration: calibration, subpage: Int(status & 1), isChess: isChess,
      resolution: Self.resolution, emissivity: emissivity, word: word)
    guard Self.supplyV.contains(reading.vddV), Self.ambientC.contains(reading.ambientC) else {
      throw chip.badData("it says that it has \(reading.vddV) V and \(reading.ambientC) C")
    }
    fill(&grid, reading)
    sequence &+= 1
    (grid.capturedAt, grid.sequence) = (now, sequence)
    return true
  }

  private func fill(_ grid: inout Grid, _ reading: MLX90640Reading) {
    for row in 0..<rows {
      for column in 0..<columns where reading.contains(row: row, column: column) {
        let cell = row * columns + column
        grid.set(cell, reading.temperatureC(row: row, column: column, raw: word(cell)))
      }
    }
  }

  /// Three subpages, the time that the chip needs to start and a tenth of a second (8: 80 ms).
  private func checkPatience(_ now: Instant, _ what: String) throws(DeviceError) {
    let waitedS = (now - lastAt).seconds
    if waitedS > 3 / rateHz + 0.2 { throw chip.notReady(what, afterS: waitedS) }
  }

  private func read(_ start: UInt16) throws(DeviceError) {
    var first = 0
    while first < Self.words {
      let count = min(Self.burstWords, Self.words - first)
      try chip.read(start + UInt16(first), count: 2 * count, into: &bytes, from: 2 * first)
      first += count
    }
  }

  private func word(_ index: Int) -> Int16 {
    Int16(bitPattern: UInt16(bytes[2 * index]) << 8 | UInt16(bytes[2 * index + 1]))
  }
}
