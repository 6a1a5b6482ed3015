// SPDX-License-Identifier: Apache-2.0

/// A baseline JPEG of flat 8x8 blocks, so small that it can be checked by eye: one grey component,
/// DC values only, quantised by 8, so that a block decodes to its value exactly.
///
/// Source: ITU-T T.81, annexes B (markers), F.1.2 (Huffman coding of DC differences).
func grayJpeg(blocksWide: Int, values: [UInt8], saysWidth: Int? = nil, saysHeight: Int? = nil)
  -> [UInt8]
{
  let width = UInt16(saysWidth ?? blocksWide * 8)
  let height = UInt16(saysHeight ?? values.count / blocksWide * 8)
  var out: [UInt8] = [0xFF, 0xD8]
  out += [0xFF, 0xDB, 0, 67, 0] + [UInt8](repeating: 8, count: 64)
  out += [0xFF, 0xC0, 0, 11, 8, UInt8(height >> 8), UInt8(height & 255)]
  out += [UInt8(width >> 8), UInt8(width & 255), 1, 1, 0x11, 0]
  // DC: the categories 0...11, each a code of four bits; AC: end of block alone, one bit.
  out += [0xFF, 0xC4, 0, 31, 0x00, 0, 0, 0, 12] + [UInt8](repeating: 0, count: 12) + (0...11)
  out += [0xFF, 0xC4, 0, 20, 0x10, 1] + [UInt8](repeating: 0, count: 15) + [0]
  out += [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0]

  var bits: [UInt8] = []
  func put(_ value: Int, _ count: Int) {
    for i in stride(from: count - 1, through: 0, by: -1) { bits.append(UInt8((value >> i) & 1)) }
  }
  var previous = 0
  for value in values {
    // The DC coefficient is 8 times the mean, and is divided by 8.
    let difference = Int(value) - 128 - previous
    previous = Int(value) - 128
    var category = 0
    while abs(difference) >> category > 0 { category += 1 }
    put(category, 4)
    put(difference < 0 ? difference + (1 << category) - 1 : difference, category)
    put(0, 1)
  }
  while bits.count % 8 != 0 { bits.append(1) }
  for start in stride(from: 0, to: bits.count, by: 8) {
    let byte = bits[start..<(start + 8)].reduce(UInt8(0)) { $0 << 1 | $1 }
    out.append(byte)
    if byte == 0xFF { out.append(0) }
  }
  return out + [0xFF, 0xD9]
}
