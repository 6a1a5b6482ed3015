// SPDX-License-Identifier: Apache-2.0

/// Reads a decimal number (sign, digits, point, exponent; `nan`), correctly rounded; nil when the
/// text is anything else. Blanks around it are skipped.
///
/// Numbers of up to 15 digits, which logs have, take the exact fast path; the rest go through the
/// standard library. Source: Clinger, "How to read floating point numbers accurately" (1990).
func decimal(_ bytes: [UInt8], _ range: Range<Int>) -> Double? {
  var start = range.lowerBound
  var end = range.upperBound
  while start < end && isBlank(bytes[start]) { start += 1 }
  while end > start && isBlank(bytes[end - 1]) { end -= 1 }
  var at = start
  let negative = at < end && bytes[at] == UInt8(ascii: "-")
  if at < end && (negative || bytes[at] == UInt8(ascii: "+")) { at += 1 }
  if end - at == 3, isNan(bytes, at) { return .nan }

  var mantissa: UInt64 = 0
  var digits = 0
  var significant = 0
  var scale = 0
  var afterPoint = false
  while at < end {
    let byte = bytes[at]
    if byte == UInt8(ascii: ".") && !afterPoint {
      afterPoint = true
    } else if byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") {
      digits += 1
      if significant > 0 || byte != UInt8(ascii: "0") { significant += 1 }
      if significant <= 15 { mantissa = mantissa * 10 + UInt64(byte - UInt8(ascii: "0")) }
      if afterPoint { scale -= 1 }
    } else {
      break
    }
    at += 1
  }
  guard digits > 0, let exponent = exponentPart(bytes, at..<end) else { return nil }
  scale += exponent
  guard significant <= 15, scale >= -22, scale <= 22 else {
    return Double(String(decoding: bytes[start..<end], as: UTF8.self))
  }
  // Both are exact, so one rounding happens.
  let magnitude =
    scale < 0 ? Double(mantissa) / powersOfTen[-scale] : Double(mantissa) * powersOfTen[scale]
  return negative ? -magnitude : magnitude
}

/// `e-12` and the like; 0 for nothing, nil for anything else. Clamped far outside a Double's range.
private func exponentPart(_ bytes: [UInt8], _ range: Range<Int>) -> Int? {
  if range.isEmpty { return 0 }
  var at = range.lowerBound
  guard bytes[at] | 0x20 == UInt8(ascii: "e") else { return nil }
  at += 1
  let negative = at < range.upperBound && bytes[at] == UInt8(ascii: "-")
  if at < range.upperBound && (negative || bytes[at] == UInt8(ascii: "+")) { at += 1 }
  guard at < range.upperBound else { return nil }
  var value = 0
  while at < range.upperBound {
    guard bytes[at] >= UInt8(ascii: "0"), bytes[at] <= UInt8(ascii: "9") else { return nil }
    value = min(value * 10 + Int(bytes[at] - UInt8(ascii: "0")), 100_000)
    at += 1
  }
  return negative ? -value : value
}

private func isBlank(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
}

private func isNan(_ bytes: [UInt8], _ at: Int) -> Bool {
  bytes[at] | 0x20 == UInt8(ascii: "n") && bytes[at + 1] | 0x20 == UInt8(ascii: "a")
    && bytes[at + 2] | 0x20 == UInt8(ascii: "n")
}

/// 10^0...10^22, all exact in a Double.
private let powersOfTen: [Double] = [
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
  1e18, 1e19, 1e20, 1e21, 1e22
]
