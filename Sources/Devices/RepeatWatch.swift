// SPDX-License-Identifier: Apache-2.0

/// Notices a sensor that repeats itself: the noise of a working one changes some bit of a reading.
struct RepeatWatch {
  /// So many equal readings in a row are no chance: the noise of a grid's cells lies near or above
  /// its resolution, and there are 64 cells at least.
  static let limit = 16
  private var last: UInt64?
  private var repeats = 0

  /// True when this reading equals the last `limit`.
  mutating func isStuck(_ bytes: [UInt8], count: Int) -> Bool {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a
    for i in 0..<count { hash = (hash ^ UInt64(bytes[i])) &* 0x0000_0100_0000_01B3 }
    repeats = hash == last ? repeats + 1 : 0
    last = hash
    return repeats >= Self.limit
  }

  mutating func forget() { (last, repeats) = (nil, 0) }
}
