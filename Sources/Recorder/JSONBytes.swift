// SPDX-License-Identifier: Apache-2.0
import Quantities

/// JSON straight into a record's bytes.
extension RecordBytes {
  mutating func json(_ text: StaticString) {
    // SAFETY: a literal's bytes live for ever.
    add(raw: UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func json(_ value: some BinaryInteger) { add(raw: Array("\(value)".utf8)) }

  mutating func json(_ value: Bool) { json(value ? "true" : "false") }

  /// JSON knows no infinity and no NaN.
  mutating func json(_ value: Double?) {
    guard let value, value.isFinite else { return json("null") }
    add(raw: Array("\(value)".utf8))
  }

  mutating func json(_ value: Float?) {
    guard let value, value.isFinite else { return json("null") }
    add(raw: Array("\(value)".utf8))
  }

  mutating func json(_ value: Vector3) {
    json("{\"x\":")
    json(value.x)
    json(",\"y\":")
    json(value.y)
    json(",\"z\":")
    json(value.z)
    json("}")
  }

  mutating func json(list count: Int, _ value: (Int) -> Double) {
    json("[")
    for i in 0..<count {
      if i > 0 { json(",") }
      json(value(i))
    }
    json("]")
  }

  mutating func json(quoted text: String) {
    json("\"")
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): json("\\\"")
      case UInt8(ascii: "\\"): json("\\\\")
      case 0..<0x20:
        json("\\u00")
        add(Self.digit(byte >> 4))
        add(Self.digit(byte & 15))
      default: add(byte)
      }
    }
    json("\"")
  }

  /// Nanoseconds since the file's epoch, as Foxglove has times.
  mutating func json(timeNs: UInt64) {
    json("{\"sec\":")
    json(timeNs / 1_000_000_000)
    json(",\"nsec\":")
    json(timeNs % 1_000_000_000)
    json("}")
  }

  /// Source: RFC 4648, section 4.
  mutating func json(base64 bytes: UnsafeRawBufferPointer) {
    json("\"")
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let left = min(3, bytes.count - start)
      var word: UInt32 = 0
      for i in 0..<3 { word = word << 8 | (i < left ? UInt32(bytes[start + i]) : 0) }
      for i in 0..<4 {
        let letter = Self.letters[Int(word >> UInt32(18 - 6 * i) & 63)]
        add(i <= left ? letter : UInt8(ascii: "="))
      }
    }
    json("\"")
  }

  private static let letters = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
