// SPDX-License-Identifier: Apache-2.0
import Quantities

/// Changes model files in ways that keep most of them readable: numbers, names and members of the
/// header, and values of the data. Nothing else gets past the first check of a format.
struct ModelMutator {
  private var random: SeededGenerator

  /// The same seed changes the same file in the same way.
  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// Sizes at the edges of Int32, Int64, Double's whole numbers and the format's own limits.
  private static let numbers = [
    "0", "1", "-1", "2", "3", "4", "7", "8", "15", "16", "17", "127", "128", "255", "256", "65535",
    "65536", "65537", "2147483647", "2147483648", "4294967295", "4294967296", "9007199254740992",
    "9007199254740993", "9223372036854775807", "18446744073709551615", "1e308", "1e-320", "1e39",
    "0.5", "-0", "1e400", "null", "\"4\"", "[]", "{}", "[4,4]", "true"
  ]
  private static let names = [
    "F32", "I8", "F16", "F64", "BOOL", "U8", "weight", "bias", "scale", "gain", "remainder",
    "patch-transformer", "window-mlp", "residual-mlp", "__metadata__", "umwelt", "format", "",
    "\\u0000"
  ]
  private static let floats: [UInt32] = [
    0, 0x8000_0000, 0x7F80_0000, 0xFF80_0000, 0x7FC0_0000, 1, 0x7F7F_FFFF, 0x0080_0000,
    0x3F80_0000, 0xBF80_0000
  ]

  /// Nil where the bytes have no header to work on.
  mutating func mutate(_ bytes: [UInt8], blindly: ([UInt8]) -> [UInt8]) -> [UInt8]? {
    guard bytes.count >= 10 else { return nil }
    let stated = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard stated > 1, stated <= UInt64(bytes.count - 8) else { return nil }
    var header = Array(bytes[8..<8 + Int(stated)])
    var data = Array(bytes[(8 + Int(stated))...])
    var length: UInt64?
    for _ in 0...below(2) {
      switch below(14) {
      case 0: header = blindly(header)
      case 1: data = blindly(data)
      case 2: length = UInt64(truncatingIfNeeded: Int64(stated) + Int64(below(33)) - 16)
      case 3: cut(&data)
      case 4, 5: setFloat(&data)
      case 6, 7: setAnyFloat(&data)
      case 8: replaceName(&header)
      case 9: moveMember(&header)
      default: replaceNumber(&header)
      }
    }
    let prefix = withUnsafeBytes(of: (length ?? UInt64(header.count)).littleEndian) { Array($0) }
    return prefix + header + data
  }

  private mutating func below(_ count: Int) -> Int {
    count < 2 ? 0 : Int.random(in: 0..<count, using: &random)
  }

  /// Shorter or longer, mostly by a little.
  private mutating func cut(_ data: inout [UInt8]) {
    let count = below(4) == 0 ? below(data.count + 1) : below(9)
    if below(2) == 0 {
      data.removeLast(min(count, data.count))
    } else {
      data += [UInt8](repeating: UInt8(below(256)), count: min(count, 64))
    }
  }

  /// A value that scales, weights and biases must not have, or a byte of the I8 tensors.
  private mutating func setFloat(_ data: inout [UInt8]) {
    guard data.count >= 4 else { return }
    let start = below(data.count / 4) * 4
    if below(3) == 0 {
      data[start + below(4)] = [0x80, 0x7F, 0, UInt8(below(256))][below(4)]
      return
    }
    let value = Self.floats[below(Self.floats.count)]
    for byte in 0..<4 { data[start + byte] = UInt8(truncatingIfNeeded: value >> (8 * byte)) }
  }

  /// A finite value of any size, or four weights that are not -128: mostly accepted, so that what
  /// is seldom computed with is computed with.
  private mutating func setAnyFloat(_ data: inout [UInt8]) {
    guard data.count >= 4 else { return }
    let start = below(data.count / 4) * 4
    for byte in 0..<4 { data[start + byte] = UInt8(below(127)) }
    if below(2) == 0 { data[start + 3] = UInt8(60 + below(10)) }
  }

  /// Runs of bytes for which `belongs` holds.
  private func runs(_ text: [UInt8], where belongs: (UInt8) -> Bool) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var start: Int?
    for index in 0...text.count {
      if index < text.count, belongs(text[index]) {
        start = start ?? index
      } else if let first = start {
        result.append(first..<index)
        start = nil
      }
    }
    return result
  }

  private mutating func replaceNumber(_ header: inout [UInt8]) {
    let found = runs(header) { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
    if found.isEmpty { return }
    let run = found[below(found.count)]
    let old = Int(String(decoding: header[run], as: UTF8.self))
    var new = Self.numbers[below(Self.numbers.count)]
    if let old, below(2) == 0 {
      // Near misses: one more or less, twice, half, or what another number says.
      let other = String(decoding: header[found[below(found.count)]], as: UTF8.self)
      let near = ["\(old &+ 1)", "\(old &- 1)", "\(old &* 2)", "\(old / 2)", "\(old &+ 4)", other]
      new = near[below(near.count)]
    }
    header.replaceSubrange(run, with: Array(new.utf8))
  }

  private mutating func replaceName(_ header: inout [UInt8]) {
    let found = runs(header) { $0 != UInt8(ascii: "\"") && $0 >= 0x2D && $0 != UInt8(ascii: ":") }
      .filter { $0.count > 1 }
    if found.isEmpty { return }
    let new =
      below(2) == 0
      ? Array(Self.names[below(Self.names.count)].utf8)
      : Array(header[found[below(found.count)]])
    header.replaceSubrange(found[below(found.count)], with: new)
  }

  /// Deletes, repeats or moves what stands between two commas.
  private mutating func moveMember(_ header: inout [UInt8]) {
    let commas = header.indices.filter { header[$0] == UInt8(ascii: ",") }
    if commas.count < 3 { return }
    let first = below(commas.count - 1)
    let last = min(commas.count - 1, first + 1 + below(5))
    let member = Array(header[commas[first]..<commas[last]])
    let kind = below(3)
    if kind != 0 { header.insert(contentsOf: member, at: commas[below(commas.count)]) }
    if kind != 1, commas[last] <= header.count {
      header.removeSubrange(commas[first]..<commas[last])
    }
  }
}
