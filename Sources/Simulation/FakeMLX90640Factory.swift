// SPDX-License-Identifier: Apache-2.0
import Quantities

/// What one simulated MLX90640 is like, and the EEPROM in which the factory wrote it down. The
/// common words and their meaning are those of the worked example in the MLX90640 datasheet rev 12
/// (11.2.2); each pixel's own share is drawn.
struct FakeMLX90640Factory {
  /// 0x2410...0x243F.
  private static let commonWords: [UInt16] = [
    0x4210, 0xFFBB, 0x0202, 0xF202, 0xF2F2, 0xE2E2, 0xD1E1, 0xB1D1,
    0xF10F, 0xF00F, 0xE0EF, 0xE0EF, 0xE1E1, 0xF3F2, 0xF404, 0xE504,
    0x79A6, 0x2F44, 0xFFDD, 0x2210, 0x3333, 0x2233, 0xEF01, 0x9ACC,
    0xEEDC, 0x10FF, 0x2221, 0x3333, 0x2333, 0x0112, 0xEEFF, 0xBBDD,
    0x18EF, 0x2FF1, 0x5952, 0x9D68, 0x5454, 0x0994, 0x6956, 0x5354,
    0x2363, 0xE446, 0xFBB5, 0x044B, 0xF020, 0x9797, 0x9797, 0x2889
  ]
  // The example's results, in its order.
  static let kVdd = -3168.0, vdd25 = -13056.0
  static let kVPTAT = 0.005371094, kTPTAT = 42.25, vPTAT25 = 12273.0, alphaPTAT = 9.0
  static let gain = 6383.0, tgc = 1.0, ksTa = -0.001953125, ksTo = -0.00080108642578125
  static let thirdCornerC = 160.0, fourthCornerC = 320.0
  static let cpSensitivity = [4.07453626394272e-9, 3.85171006200835e-9], cpOffset = [-75.0, -77.0]
  static let cpKTa = 0.00457763671875, cpKV = 0.5
  /// IL_CHESS_C1, C2, C3; the chip was calibrated in chess mode (0x240A bit 11 is 0).
  static let ilChess = [1.25, 3.0, 0.125]
  private static let offsetAverage = -69, alphaAverage = 12100
  /// By row parity and column parity, both from 0.
  private static let kTa = [[105, 83], [86, 84]], kV = [[5.0, 5.0], [4.0, 4.0]]

  struct Pixel { var offset, sensitivity, kTa, kV: Double }

  let eeprom: [UInt16]
  let pixels: [Pixel]

  /// - Parameters:
  ///   - broken: cells whose word is 0.
  ///   - outliers: cells whose lowest bit is set.
  init(seed: UInt64, broken: Set<Int>, outliers: Set<Int>) {
    var random = SeededGenerator(seed: seed, stream: "MLX90640")
    var words = [UInt16](repeating: 0, count: 16) + Self.commonWords
    var pixels: [Pixel] = []
    func share(_ first: Int, _ index: Int) -> Int {
      let nibble = Int(Self.commonWords[first - 0x2410 + index / 4] >> UInt16(4 * (index % 4)) & 15)
      return nibble > 7 ? nibble - 16 : nibble
    }
    for cell in 0..<768 {
      let (row, column) = (cell / 32, cell % 32)
      let offset = Int(random.uniform(-16...16))
      let alpha = Int(random.uniform(-8...8))
      let kTa = Int(random.uniform(-3...3))
      var word = UInt16(offset & 0x3F) << 10 | UInt16(alpha & 0x3F) << 4 | UInt16(kTa & 7) << 1
      if word == 0 { word = 0x0400 }
      let own = word == 0x0400 ? 1 : offset
      if broken.contains(cell) { word = 0 }
      if outliers.contains(cell) { word |= 1 }
      words.append(word)
      // Scales of 0x4210, 0x79A6 and 0x2363: 2, 1, 0; 2^37, 9, 10, 6; 2^14, 3 and 2^3.
      pixels.append(
        Pixel(
          offset: Double(
            Self.offsetAverage + 4 * share(0x2412, row) + 2 * share(0x2418, column) + own),
          sensitivity: Double(
            Self.alphaAverage + 512 * share(0x2422, row) + 1024 * share(0x2428, column)
              + 64 * alpha) / 137_438_953_472,
          kTa: Double(Self.kTa[row % 2][column % 2] + 8 * kTa) / 16384,
          kV: Self.kV[row % 2][column % 2] / 8))
    }
    (eeprom, self.pixels) = (words, pixels)
  }
}
