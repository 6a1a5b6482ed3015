// SPDX-License-Identifier: Apache-2.0

/// What an MLX90640's EEPROM says of that one chip. Source: MLX90640 datasheet rev 12, 11.1 (how
/// the words of table 10 are packed); symbols as there.
package struct MLX90640Calibration {
  static let eepromStart = 0x2400
  static let eepromWords = 832
  static let rows = 24
  static let columns = 32
  /// 9: no more than four deviating pixels leave the factory.
  static let maxDeviants = 4

  /// One cell of the 24 x 32.
  package struct Pixel {
    package var offset, sensitivity, kTa, kV: Double
    /// Neither broken (a word of 0) nor an outlier (its lowest bit).
    package var isGood: Bool
  }

  package let kVdd, vdd25: Double
  package let kVPTAT, kTPTAT, vPTAT25, alphaPTAT: Double
  package let gain: Double
  package let tgc, ksTa: Double
  /// The bits of resolution for which the words were made: 16 + this.
  package let resolution: Int
  /// The ranges of object temperature: where they start, and their sensitivity's slope.
  package let cornersC, ksTo: SIMD4<Double>
  /// Sensitivity at the start of each range over that at 0 C.
  package let alphaCorrection: SIMD4<Double>
  /// The compensation pixel of either subpage.
  package let cpSensitivity, cpOffset: SIMD2<Double>
  package let cpKTa, cpKV: Double
  package let isCalibratedInChess: Bool
  /// What the other reading pattern adds: IL_CHESS_C1, C2, C3.
  package let ilChess: SIMD3<Double>
  /// Row by row.
  package let pixels: [Pixel]

  /// Precondition: eeprom has the 832 words from 0x2400 on.
  package init(eeprom: [UInt16]) {
    precondition(eeprom.count == Self.eepromWords, "\(eeprom.count) words")
    func word(_ address: Int) -> UInt16 { eeprom[address - Self.eepromStart] }
    func high(_ address: Int) -> Double { Double(Int8(bitPattern: UInt8(word(address) >> 8))) }
    func low(_ address: Int) -> Double { Double(Int8(bitPattern: UInt8(word(address) & 0xFF))) }

    kVdd = 32 * high(0x2433)
    vdd25 = 32 * (Double(word(0x2433) & 0xFF) - 256) - 8192
    kVPTAT = Double(signed(word(0x2432) >> 10, bits: 6)) / 4096
    kTPTAT = Double(signed(word(0x2432), bits: 10)) / 8
    vPTAT25 = Double(Int16(bitPattern: word(0x2431)))
    alphaPTAT = Double(word(0x2410) >> 12) / 4 + 8
    gain = Double(Int16(bitPattern: word(0x2430)))
    tgc = low(0x243C) / 32
    ksTa = high(0x243C) / 8192
    resolution = Int(word(0x2438) >> 12 & 3)

    let slopeScale = power(-Int(word(0x243F) & 0xF) - 8)
    ksTo = slopeScale * SIMD4(low(0x243D), high(0x243D), low(0x243E), high(0x243E))
    let stepC = Double(word(0x243F) >> 12 & 3) * 10
    let third = Double(word(0x243F) >> 4 & 0xF) * stepC
    cornersC = SIMD4(-40, 0, third, third + Double(word(0x243F) >> 8 & 0xF) * stepC)
    let atThird = 1 + ksTo[1] * third
    alphaCorrection = SIMD4(
      1 / (1 + ksTo[0] * 40), 1, atThird, atThird * (1 + ksTo[2] * (cornersC[3] - third)))

    let cpScale = power(-Int(word(0x2420) >> 12) - 27)
    let cpFirst = Double(signed(word(0x2439), bits: 10)) * cpScale
    cpSensitivity = SIMD2(
      cpFirst, cpFirst * (1 + Double(signed(word(0x2439) >> 10, bits: 6)) / 128))
    let cpOffsetFirst = Double(signed(word(0x243A), bits: 10))
    cpOffset = SIMD2(
      cpOffsetFirst, cpOffsetFirst + Double(signed(word(0x243A) >> 10, bits: 6)))
    cpKTa = low(0x243B) * power(-Int(word(0x2438) >> 4 & 0xF) - 8)
    cpKV = high(0x243B) * power(-Int(word(0x2438) >> 8 & 0xF))

    isCalibratedInChess = word(0x240A) & 0x0800 == 0
    ilChess = SIMD3(
      Double(signed(word(0x2435), bits: 6)) / 16, Double(signed(word(0x2435) >> 6, bits: 5)) / 2,
      Double(signed(word(0x2435) >> 11, bits: 5)) / 8)
    pixels = Self.pixels(eeprom)
  }

  /// Why these words cannot be those of a working MLX90640; nil when they can.
  package static func defect(in eeprom: [UInt16]) -> String? {
    if let first = eeprom.first, eeprom.allSatisfy({ $0 == first }) {
      return "every word of its EEPROM is the same"
    }
    let chip = MLX90640Calibration(eeprom: eeprom)
    for (name, value) in [
      ("K_Vdd", chip.kVdd), ("K_T_PTAT", chip.kTPTAT), ("V_PTAT25", chip.vPTAT25),
      ("gain", chip.gain)
    ] where value == 0 {
      return "its EEPROM gives 0 for \(name)"
    }
    let deviants = chip.pixels.filter { !$0.isGood }.count
    if deviants > maxDeviants {
      return "its EEPROM marks \(deviants) pixels as broken, and \(maxDeviants) may be"
    }
    if chip.pixels.contains(where: { $0.isGood && $0.sensitivity <= 0 }) {
      return "its EEPROM gives a pixel no sensitivity"
    }
    return nil
  }

  /// 11.1.3 to 11.1.6: each pixel's value is the average, plus a share of its row and its column,
  /// plus its own remainder; or one of four by whether row and column are odd.
  private static func pixels(_ eeprom: [UInt16]) -> [Pixel] {
    func word(_ address: Int) -> Int { Int(eeprom[address - eepromStart]) }
    func nibble(_ address: Int, _ index: Int) -> Int {
      signed(UInt16(word(address + index / 4) >> (4 * (index % 4)) & 0xF), bits: 4)
    }
    func scale(_ address: Int, _ index: Int) -> Int { word(address) >> (4 * index) & 0xF }
    let alphaScale = power(-scale(0x2420, 3) - 30)
    let kTaScale = power(-scale(0x2438, 1) - 8)
    let kVScale = power(-scale(0x2438, 2))
    let offsetAverage = Int(Int16(bitPattern: eeprom[0x2411 - eepromStart]))
    return (0..<rows * columns).map { cell in
      let (row, column) = (cell / columns, cell % columns)
      let own = eeprom[0x2440 - eepromStart + cell]
      // The datasheet counts from 1: its odd rows and columns are the even ones here.
      let parity = (row % 2, column % 2)
      let kTaWord = word(parity.1 == 0 ? 0x2436 : 0x2437)
      let kTaShare = UInt8(truncatingIfNeeded: parity.0 == 0 ? kTaWord >> 8 : kTaWord)
      let offset =
        offsetAverage + nibble(0x2412, row) << scale(0x2410, 2)
        + nibble(0x2418, column) << scale(0x2410, 1)
        + signed(own >> 10, bits: 6) << scale(0x2410, 0)
      let alpha =
        word(0x2421) + nibble(0x2422, row) << scale(0x2420, 2)
        + nibble(0x2428, column) << scale(0x2420, 1)
        + signed(own >> 4, bits: 6) << scale(0x2420, 0)
      let kTa =
        Int(Int8(bitPattern: kTaShare)) + signed(own >> 1, bits: 3) << scale(0x2438, 0)
      let kV = nibble(0x2434, 3 - parity.0 - 2 * parity.1)
      return Pixel(
        offset: Double(offset), sensitivity: Double(alpha) * alphaScale,
        kTa: Double(kTa) * kTaScale, kV: Double(kV) * kVScale,
        isGood: own != 0 && own & 1 == 0)
    }
  }
}

/// The lowest bits of a word as a two's complement number.
private func signed(_ word: UInt16, bits: Int) -> Int {
  let value = Int(word) & (1 << bits - 1)
  return value < 1 << (bits - 1) ? value : value - 1 << bits
}

private func power(_ exponent: Int) -> Double {
  Double(sign: .plus, exponent: exponent, significand: 1)
}
