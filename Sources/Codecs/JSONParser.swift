// SPDX-License-Identifier: Apache-2.0

/// A strict recursive-descent parser of RFC 8259 over bytes that must outlive it.
struct JSONParser {
  private let bytes: UnsafeRawBufferPointer
  private var at = 0
  /// Bounds the stack against hostile texts.
  private let depthLimit: Int

  // SAFETY: every read of `bytes` is behind a check of `at` against its count; nothing escapes.
  init(bytes: UnsafeRawBufferPointer, depthLimit: Int) {
    (self.bytes, self.depthLimit) = (bytes, depthLimit)
  }

  mutating func document() throws(JSONError) -> JSON {
    let value = try value(depth: 0)
    skipSpace()
    if at < bytes.count { throw unexpected() }
    return value
  }

  private func failure(_ reason: JSONError.Reason) -> JSONError {
    JSONError(offset: at, reason: reason)
  }

  private func unexpected() -> JSONError {
    at < bytes.count ? failure(.unexpectedByte(bytes[at])) : failure(.unexpectedEnd)
  }

  private mutating func skipSpace() {
    while at < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[at]) { at += 1 }
  }

  private mutating func expect(_ literal: StaticString) throws(JSONError) {
    for index in 0..<literal.utf8CodeUnitCount {
      guard at < bytes.count, bytes[at] == literal.utf8Start[index] else { throw unexpected() }
      at += 1
    }
  }

  /// Skips space and takes the byte if it is next.
  private mutating func take(_ byte: UInt8) -> Bool {
    skipSpace()
    guard at < bytes.count, bytes[at] == byte else { return false }
    at += 1
    return true
  }

  private mutating func value(depth: Int) throws(JSONError) -> JSON {
    if depth > depthLimit { throw failure(.tooDeep) }
    skipSpace()
    guard at < bytes.count else { throw failure(.unexpectedEnd) }
    switch bytes[at] {
    case UInt8(ascii: "{"): return .object(try object(depth: depth))
    case UInt8(ascii: "["): return .list(try list(depth: depth))
    case UInt8(ascii: "\""): return .text(try string())
    case UInt8(ascii: "t"):
      try expect("true")
      return .flag(true)
    case UInt8(ascii: "f"):
      try expect("false")
      return .flag(false)
    case UInt8(ascii: "n"):
      try expect("null")
      return .null
    default: return .number(try number())
    }
  }

  private mutating func object(depth: Int) throws(JSONError) -> [JSON.Member] {
    try expect("{")
    var members: [JSON.Member] = []
    var keys: Set<String> = []
    if take(UInt8(ascii: "}")) { return members }
    repeat {
      skipSpace()
      let key = try string()
      guard keys.insert(key).inserted else { throw failure(.repeatedKey(key)) }
      skipSpace()
      try expect(":")
      members.append(JSON.Member(key, try value(depth: depth + 1)))
    } while take(UInt8(ascii: ","))
    try expect("}")
    return members
  }

  private mutating func list(depth: Int) throws(JSONError) -> [JSON] {
    try expect("[")
    var values: [JSON] = []
    if take(UInt8(ascii: "]")) { return values }
    repeat { values.append(try value(depth: depth + 1)) } while take(UInt8(ascii: ","))
    try expect("]")
    return values
  }

  private mutating func digits() throws(JSONError) {
    guard at < bytes.count, (0x30...0x39).contains(bytes[at]) else { throw unexpected() }
    while at < bytes.count, (0x30...0x39).contains(bytes[at]) { at += 1 }
  }

  private mutating func number() throws(JSONError) -> Double {
    let start = at
    if at < bytes.count, bytes[at] == UInt8(ascii: "-") { at += 1 }
    let first = at
    try digits()
    if bytes[first] == UInt8(ascii: "0"), at > first + 1 { throw failure(.badNumber) }
    if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
      at += 1
      try digits()
    }
    if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
      at += 1
      if at < bytes.count, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[at]) { at += 1 }
      try digits()
    }
    let text = String(decoding: bytes[start..<at], as: UTF8.self)
    guard let value = Double(text), value.isFinite else { throw failure(.badNumber) }
    return value
  }

  private mutating func string() throws(JSONError) -> String {
    try expect("\"")
    var units: [UInt8] = []
    while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
      let byte = bytes[at]
      if byte < 0x20 { throw unexpected() }
      at += 1
      if byte == UInt8(ascii: "\\") { try escape(into: &units) } else { units.append(byte) }
    }
    try expect("\"")
    // String(validating:) needs a newer standard library: repaired text differs from its bytes.
    let text = String(decoding: units, as: UTF8.self)
    guard text.utf8.elementsEqual(units) else { throw failure(.badText) }
    return text
  }

  private mutating func escape(into units: inout [UInt8]) throws(JSONError) {
    guard at < bytes.count else { throw failure(.unexpectedEnd) }
    let byte = bytes[at]
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(byte)
    case UInt8(ascii: "b"): units.append(0x08)
    case UInt8(ascii: "f"): units.append(0x0C)
    case UInt8(ascii: "n"): units.append(0x0A)
    case UInt8(ascii: "r"): units.append(0x0D)
    case UInt8(ascii: "t"): units.append(0x09)
    case UInt8(ascii: "u"):
      at += 1
      var code = UInt32(try hexadecimal())
      if (0xD800..<0xDC00).contains(code) {
        try expect("\\u")
        let low = UInt32(try hexadecimal())
        guard (0xDC00..<0xE000).contains(low) else { throw failure(.badText) }
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw failure(.badText) }
      units.append(contentsOf: String(Character(scalar)).utf8)
      return
    default: throw unexpected()
    }
    at += 1
  }

  private mutating func hexadecimal() throws(JSONError) -> UInt16 {
    guard at + 4 <= bytes.count else { throw failure(.unexpectedEnd) }
    let text = String(decoding: bytes[at..<at + 4], as: UTF8.self)
    guard !text.hasPrefix("+"), !text.hasPrefix("-"), let value = UInt16(text, radix: 16) else {
      throw failure(.badText)
    }
    at += 4
    return value
  }
}
