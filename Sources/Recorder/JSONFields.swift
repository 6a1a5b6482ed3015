// SPDX-License-Identifier: Apache-2.0


/// The numbers, flags (1 or 0) and texts of a message, each by its way there: `gyro_rad_s.x`,
/// `set_points.0`.
public struct JSONFields: Equatable, Sendable {
  public private(set) var numbers: [String: Double] = [:]
  public private(set) var texts: [String: String] = [:]

  /// Nil when it is not JSON, or more deeply nested than any message of ours.
  public init?(_ bytes: [UInt8]) {
    var parser = FieldParser(bytes)
    guard parser.value(at: "", depth: 0), parser.isAtEnd else { return nil }
    (numbers, texts) = (parser.numbers, parser.texts)
  }
}

private struct FieldParser {
  private static let mostDepth = 16

  private(set) var numbers: [String: Double] = [:]
  private(set) var texts: [String: String] = [:]
  private let bytes: [UInt8]
  private var at = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool {
    mutating get {
      skip()
      return at == bytes.count
    }
  }

  mutating func value(at path: String, depth: Int) -> Bool {
    guard depth < Self.mostDepth else { return false }
    skip()
    switch at < bytes.count ? bytes[at] : 0 {
    case UInt8(ascii: "{"): return members(of: path, depth, closes: "}", named: true)
    case UInt8(ascii: "["): return members(of: path, depth, closes: "]", named: false)
    case UInt8(ascii: "\""):
      guard let text = text() else { return false }
      texts[path] = text
      return true
    case UInt8(ascii: "t"): return word("true", 1, path)
    case UInt8(ascii: "f"): return word("false", 0, path)
    case UInt8(ascii: "n"): return word("null", nil, path)
    default: return number(path)
    }
  }

  private mutating func members(
    of path: String, _ depth: Int, closes: Unicode.Scalar, named: Bool
  ) -> Bool {
    at += 1
    var index = 0
    if take(closes) { return true }
    repeat {
      var name = "\(index)"
      if named {
        skip()
        guard let key = text(), take(":") else { return false }
        name = key
      }
      index += 1
      guard value(at: path.isEmpty ? name : path + "." + name, depth: depth + 1) else {
        return false
      }
    } while take(",")
    return take(closes)
  }

  private mutating func skip() {
    while at < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[at]) { at += 1 }
  }

  private mutating func take(_ mark: Unicode.Scalar) -> Bool {
    skip()
    guard at < bytes.count, bytes[at] == UInt8(ascii: mark) else { return false }
    at += 1
    return true
  }

  private mutating func word(_ word: String, _ value: Double?, _ path: String) -> Bool {
    guard bytes[at...].starts(with: word.utf8) else { return false }
    at += word.utf8.count
    if let value { numbers[path] = value }
    return true
  }

  private mutating func number(_ path: String) -> Bool {
    let start = at
    while at < bytes.count, "+-.eE0123456789".utf8.contains(bytes[at]) { at += 1 }
    guard let value = Double(String(decoding: bytes[start..<at], as: UTF8.self)) else {
      return false
    }
    numbers[path] = value
    return true
  }

  /// A quoted text; escapes of code points are kept as they stand.
  private mutating func text() -> String? {
    guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { return nil }
    at += 1
    var found: [UInt8] = []
    while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
      if bytes[at] == UInt8(ascii: "\\") {
        at += 1
        guard at < bytes.count else { return nil }
        if bytes[at] == UInt8(ascii: "u") { found.append(UInt8(ascii: "\\")) }
      }
      found.append(bytes[at])
      at += 1
    }
    guard at < bytes.count else { return nil }
    at += 1
    return String(decoding: found, as: UTF8.self)
  }
}
