// SPDX-License-Identifier: Apache-2.0

/// Where a VL53L5CX's results have what we asked for. Source: ST ULD 1.1.2, `start_ranging` and
/// `get_ranging_data`: behind 16 bytes of header come blocks, each behind a word of index (31:16),
/// size (15:4) and type (3:0); types 2 to 12 count `size` elements of that many bytes.
struct VL53L5CXOutputs {
  private static let targets: UInt32 = 0xCF7C_0401
  private static let distance: UInt32 = 0xD33C_0402
  private static let status: UInt32 = 0xD47C_0401
  /// Start, metadata and common data always; then ambience, SPADs, targets, signal, sigma,
  /// distance, reflectance, status, motion.
  private static let all: [UInt32] = [
    0x0000_000D, 0x54B4_00C0, 0x54C0_0040, 0x54D0_0104, 0x55D0_0404, targets, 0xCFBC_0404,
    0xD2BC_0402, distance, 0xD43C_0401, status, 0xCC50_08C0
  ]
  /// The bits of the list that are sent: the three mandatory ones and ours.
  static let enabled: UInt32 = 0x0000_0527

  /// The list with our outputs sized for so many zones.
  static func list(zones: Int) -> [UInt32] {
    all.map { word in
      [targets, distance, status].contains(word) ? word & 0xFFFF_000F | UInt32(zones) << 4 : word
    }
  }

  /// Header and footer 20, start 4, metadata 16, common data 8, and three blocks.
  static func bytes(zones: Int) -> Int { 48 + (4 + zones) + (4 + 2 * zones) + (4 + zones) }

  private let targetsAt, distanceAt, statusAt: Int

  /// Nil when one of the three blocks is not there.
  init?(_ results: [UInt8], zones: Int) {
    var (targetsAt, distanceAt, statusAt) = (0, 0, 0)
    var at = 16
    while at + 4 <= results.count {
      var word: UInt32 = 0
      for i in 0..<4 { word = word << 8 | UInt32(results[at + i]) }
      let (type, size) = (Int(word & 0xF), Int(word >> 4 & 0xFFF))
      let bytes = (2...12).contains(type) ? type * size : size
      at += 4
      guard at + bytes <= results.count else { break }
      if size == zones {
        switch word >> 16 {
        case Self.targets >> 16: targetsAt = at
        case Self.distance >> 16: distanceAt = at
        case Self.status >> 16: statusAt = at
        default: break
        }
      }
      at += bytes
    }
    guard targetsAt > 0, distanceAt > 0, statusAt > 0 else { return nil }
    (self.targetsAt, self.distanceAt, self.statusAt) = (targetsAt, distanceAt, statusAt)
  }

  func targets(_ zone: Int, _ results: [UInt8]) -> UInt8 { results[(targetsAt + zone) ^ 3] }
  func status(_ zone: Int, _ results: [UInt8]) -> UInt8 { results[(statusAt + zone) ^ 3] }

  /// A quarter of a millimetre a count; none is negative.
  func distanceM(_ zone: Int, _ results: [UInt8]) -> Double {
    let at = distanceAt + 2 * zone
    let counts = Int16(bitPattern: UInt16(results[(at + 1) ^ 3]) << 8 | UInt16(results[at ^ 3]))
    return max(0, Double(counts)) / 4000
  }
}
