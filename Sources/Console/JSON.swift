// SPDX-License-Identifier: Apache-2.0

/// A value of a frame.
public enum JSON: Equatable, Sendable {
  case null
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([JSON])
  /// Keys in the order in which they are written.
  case object([Member])

  /// A key and its value.
  public struct Member: Equatable, Sendable {
    public var key: String
    public var value: JSON

    public init(_ key: String, _ value: JSON) { (self.key, self.value) = (key, value) }
  }

  /// Members in their order: `.of(("id", 1), ...)` without the words.
  static func of(_ members: (String, JSON)...) -> JSON {
    .object(members.map { Member($0.0, $0.1) })
  }

  static func whole(_ number: some BinaryInteger) -> JSON { .number(Double(number)) }

  static func texts(_ texts: [String]) -> JSON { .list(texts.map { .text($0) }) }

  /// The text, or null.
  static func maybe(_ text: String?) -> JSON { text.map { .text($0) } ?? .null }

  /// The number, or null where there is none, or one that JSON has no word for.
  static func maybe(_ number: Double?) -> JSON { number.map { .number($0) } ?? .null }

  public subscript(key: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  public var string: String? { if case .text(let text) = self { text } else { nil } }
  public var double: Double? { if case .number(let number) = self { number } else { nil } }

  /// On one line, in ASCII without control characters: whatever it says, no line ends in it.
  public var written: String {
    switch self {
    case .null: "null"
    case .flag(let flag): "\(flag)"
    case .number(let number): Self.plain(number)
    case .text(let text): Self.quoted(text)
    case .list(let values): "[" + values.map(\.written).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.map { Self.quoted($0.key) + ":" + $0.value.written }.joined(separator: ",")
        + "}"
    }
  }

  private static func plain(_ number: Double) -> String {
    guard number.isFinite else { return "null" }
    if number == number.rounded(), abs(number) < 1e15 { return "\(Int64(number))" }
    return "\(number)"
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for unit in text.utf16 {
      switch unit {
      case 0x22: result += "\\\""
      case 0x5C: result += "\\\\"
      case 0x20..<0x7F: result.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
      default: result += "\\u" + CRC16.text(unit)
      }
    }
    return result + "\""
  }
}
