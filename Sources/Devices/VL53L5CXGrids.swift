// SPDX-License-Identifier: Apache-2.0

/// A VL53L5CX's offsets and crosstalk, which the chip holds for 8 x 8 zones: for 4 x 4 each is the
/// mean of four. Source: ST ULD 1.1.2, `_vl53l5cx_send_offset_data`, `_vl53l5cx_send_xtalk_data`.
struct VL53L5CXGrids {
  private static let offsetBytes = 488
  let offsets: [UInt8]
  let crosstalk: [UInt8]

  func offsetBlock(columns: Int) -> [UInt8] {
    var block = Array(offsets[0..<Self.offsetBytes])
    if columns == 4 {
      block.replaceSubrange(0x10..<0x18, with: [0x0F, 0x04, 0x04, 0x00, 0x08, 0x10, 0x10, 0x07])
      Self.coarsenSignals(&block, at: 0x3C)
      Self.coarsenRanges(&block, at: 0x140)
    }
    return Array(block[8...]) + [0x00, 0x00, 0x00, 0x0F, 0x03, 0x01, 0x01, 0xE4]
  }

  func crosstalkBlock(columns: Int) -> [UInt8] {
    guard columns == 4 else { return crosstalk }
    var block = crosstalk
    block.replaceSubrange(0x08..<0x10, with: [0x0F, 0x04, 0x04, 0x17, 0x08, 0x10, 0x10, 0x07])
    block.replaceSubrange(0x20..<0x28, with: [0x00, 0x78, 0x00, 0x08, 0x00, 0x00, 0x00, 0x08])
    Self.coarsenSignals(&block, at: 0x34)
    block.replaceSubrange(0x134..<0x138, with: [0xA0, 0xFC, 0x01, 0x00])
    block.replaceSubrange(0x78..<0x7C, with: [0, 0, 0, 0])
    return block
  }

  /// The four zones of 8 x 8 that make up one of 4 x 4.
  private static func parts(_ zone: Int) -> [Int] {
    let first = 2 * (zone % 4) + 16 * (zone / 4)
    return [first, first + 1, first + 8, first + 9]
  }

  /// 64 numbers of 32 bits, big-endian on the wire.
  private static func coarsenSignals(_ block: inout [UInt8], at start: Int) {
    func value(_ zone: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 << 8 | UInt32(block[start + 4 * zone + $1]) }
    }
    let means = (0..<16).map { parts($0).reduce(UInt32(0)) { $0 &+ value($1) } / 4 }
    for zone in 0..<64 {
      let mean = zone < 16 ? means[zone] : 0
      for i in 0..<4 { block[start + 4 * zone + i] = UInt8(mean >> (24 - 8 * UInt32(i)) & 0xFF) }
    }
  }

  /// 64 signed numbers of 16 bits, pairs of which the wire turns round.
  private static func coarsenRanges(_ block: inout [UInt8], at start: Int) {
    func value(_ zone: Int) -> Int {
      let at = start + 2 * zone
      return Int(Int16(bitPattern: UInt16(block[(at + 1) ^ 3]) << 8 | UInt16(block[at ^ 3])))
    }
    let means = (0..<16).map { parts($0).reduce(0) { $0 + value($1) } / 4 }
    for zone in 0..<64 {
      let mean = UInt16(bitPattern: Int16(zone < 16 ? means[zone] : 0))
      block[(start + 2 * zone) ^ 3] = UInt8(mean & 0xFF)
      block[(start + 2 * zone + 1) ^ 3] = UInt8(mean >> 8)
    }
  }
}
