// SPDX-License-Identifier: Apache-2.0

/// A frame as USB cameras send it: 32 x 16, 4:2:2, without Huffman tables, which the decoder has to
/// know. Red is 8 x, green 16 y, blue 255 - 8 x, coarsely quantised.
///
/// Made with Pillow 11 (quality 60, subsampling 4:2:2); its DHT and APP0 segments were cut out.
let motionJpeg: [UInt8] = {
  let digits = """
    ffd8ffdb0043000d090a0b0a080d0b0a0b0e0e0d0f13201513121213271c1e17202e2931302e292d2c333a4a3e33
    3646372c2d405741464c4e525352323e5a615a50604a51524fffdb0043010e0e0e131113261515264f352d354f4f
    4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f
    4f4fffc00011080010002003012100021101031101ffda000c03010002110311003f00e6934eff0066a74d3bfd9a
    fa7c757dccb0789274d3bfd9a9d34eff0066be3b1d5f73eab078936534eff66a74d3bfd9af671d5f73f36c1e249d
    34eff66ac269dfecd7c763abee7d5e0f127fffd9
    """.filter { $0.isHexDigit }
  return stride(from: 0, to: digits.count, by: 2).compactMap { at in
    let start = digits.index(digits.startIndex, offsetBy: at)
    return UInt8(digits[start...].prefix(2), radix: 16)
  }
}()
