// SPDX-License-Identifier: Apache-2.0

/// One subpage as an MLX90640 has it in its RAM, turned into temperatures. Source: MLX90640
/// datasheet rev 12, 11.2.2; symbols as there.
package struct MLX90640Reading {
  /// Where the words other than pixels lie, from 0x0400 on (table 8).
  private enum Index {
    static let vBE = 0x0700 - 0x0400, cpFirst = 0x0708 - 0x0400, gain = 0x070A - 0x0400
    static let ptat = 0x0720 - 0x0400, cpSecond = 0x0728 - 0x0400, vdd = 0x072A - 0x0400
  }
  /// Below the object temperature that the air reflects (11.2.2.9: "8 C below Ta").
  private static let reflectedBelowC = 8.0
  private static let zeroC = 273.15

  package let vddV, ambientC, gainRatio: Double
  /// The compensation pixel's signal without its offset.
  package let cpSignal: Double
  /// What the ambience and the reflected surroundings radiate, in K^4.
  package let ambientK4: Double

  private let calibration: MLX90640Calibration
  private let isChess: Bool
  private let subpage: Int
  private let emissivity: Double

  /// - Parameters:
  ///   - word: the RAM's words from 0x0400 on, by index.
  ///   - resolution: the bits with which the chip converts: 16 + this.
  package init(
    calibration: MLX90640Calibration, subpage: Int, isChess: Bool, resolution: Int,
    emissivity: Double, word: (Int) -> Int16
  ) {
    let chip = calibration
    (self.calibration, self.subpage) = (chip, subpage)
    (self.isChess, self.emissivity) = (isChess, emissivity)
    // 11.2.2.1, 11.2.2.2
    let correction = Double(1 << chip.resolution) / Double(1 << resolution)
    let vdd = (correction * Double(word(Index.vdd)) - chip.vdd25) / chip.kVdd + 3.3
    // 11.2.2.3
    let ptat = Double(word(Index.ptat))
    let art = ptat / (ptat * chip.alphaPTAT + Double(word(Index.vBE))) * 262_144
    let ambient = (art / (1 + chip.kVPTAT * (vdd - 3.3)) - chip.vPTAT25) / chip.kTPTAT + 25
    (vddV, ambientC) = (vdd, ambient)
    // 11.2.2.4
    gainRatio = chip.gain / Double(word(Index.gain))
    // 11.2.2.6
    var cpOffset = chip.cpOffset[subpage]
    if subpage == 1, isChess != chip.isCalibratedInChess { cpOffset += chip.ilChess[0] }
    cpSignal =
      Double(word(subpage == 0 ? Index.cpFirst : Index.cpSecond)) * gainRatio
      - cpOffset * (1 + chip.cpKTa * (ambient - 25)) * (1 + chip.cpKV * (vdd - 3.3))
    ambientK4 = Self.ambientK4(
      ambientC: ambient, reflectedC: ambient - Self.reflectedBelowC, emissivity: emissivity)
  }

  /// 11.2.2.9, T_a-r: with an emissivity of 1 nothing is reflected.
  package static func ambientK4(
    ambientC: Double, reflectedC: Double, emissivity: Double
  ) -> Double {
    let reflected = fourth(reflectedC + zeroC)
    return reflected - (reflected - fourth(ambientC + zeroC)) / emissivity
  }

  /// Whether the pixel is measured in this subpage (10.2.2.1: rows in turn, or a chess board).
  package func contains(row: Int, column: Int) -> Bool {
    (isChess ? (row ^ column) & 1 : row & 1) == subpage
  }

  /// 11.2.2.5: the pixel's signal without its offset, before its emissivity counts.
  package func signal(row: Int, column: Int, raw: Int16) -> Double {
    let chip = calibration
    let cell = row * MLX90640Calibration.columns + column
    let pixel = chip.pixels[cell]
    var signal =
      Double(raw) * gainRatio
      - pixel.offset * (1 + pixel.kTa * (ambientC - 25)) * (1 + pixel.kV * (vddV - 3.3))
    if isChess != chip.isCalibratedInChess {
      let line = row & 1
      // 11.2.2.5.2: +1 and -1 on the columns where groups of four begin and end.
      let conversion =
        ((cell + 2) / 4 - (cell + 3) / 4 + (cell + 1) / 4 - cell / 4) * (1 - 2 * line)
      signal += chip.ilChess[2] * Double(2 * line - 1) - chip.ilChess[1] * Double(conversion)
    }
    return signal
  }

  /// 11.2.2.8: the pixel's sensitivity at this ambience. (Melexis's own library takes the mean of
  /// both compensation pixels; otherwise it and this agree to 0.005 C.)
  package func sensitivity(row: Int, column: Int) -> Double {
    let pixel = calibration.pixels[row * MLX90640Calibration.columns + column]
    return (pixel.sensitivity - calibration.tgc * calibration.cpSensitivity[subpage])
      * (1 + calibration.ksTa * (ambientC - 25))
  }

  /// The pixel's object temperature; nil for a pixel that is not to be trusted: broken, an outlier,
  /// clipped, or beyond the range of -40 to 300 C (table 5).
  package func temperatureC(row: Int, column: Int, raw: Int16) -> Double? {
    let pixel = calibration.pixels[row * MLX90640Calibration.columns + column]
    guard pixel.isGood, raw != .max, raw != .min else { return nil }
    let compensated =
      (signal(row: row, column: column, raw: raw) - calibration.tgc * cpSignal) / emissivity
    let alpha = sensitivity(row: row, column: column)
    let basic = basicTemperatureC(compensated, alpha)
    let value = rangedTemperatureC(compensated, alpha, near: basic)
    return value >= -40 && value <= 300 ? value : nil
  }

  /// 11.2.2.9: as if 0 C to the third corner were the only range.
  package func basicTemperatureC(
    _ signal: Double, _ alpha: Double, ambientK4 given: Double? = nil
  ) -> Double {
    let ambient = given ?? ambientK4
    let slope = calibration.ksTo[1]
    let sx = slope * root4(alpha * alpha * alpha * (signal + alpha * ambient))
    return root4(signal / (alpha * (1 - slope * Self.zeroC) + sx) + ambient) - Self.zeroC
  }

  /// 11.2.2.9.1.3: with the sensitivity of the range in which `basic` lies.
  package func rangedTemperatureC(
    _ signal: Double, _ alpha: Double, near basic: Double, ambientK4 given: Double? = nil
  ) -> Double {
    let corners = calibration.cornersC
    let range = basic < corners[1] ? 0 : basic < corners[2] ? 1 : basic < corners[3] ? 2 : 3
    let ranged =
      alpha * calibration.alphaCorrection[range]
      * (1 + calibration.ksTo[range] * (basic - corners[range]))
    return root4(signal / ranged + (given ?? ambientK4)) - Self.zeroC
  }
}

private func fourth(_ value: Double) -> Double { value * value * value * value }
private func root4(_ value: Double) -> Double { value.squareRoot().squareRoot() }
