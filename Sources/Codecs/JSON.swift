// SPDX-License-Identifier: Apache-2.0

/// A value in JSON, without Foundation on the robot.
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

  /// How deep lists and objects may lie in each other: in a message, and in a file.
  public static let messageDepth = 8
  public static let fileDepth = 32

  /// The whole text as one value.
  ///
  /// Throws: `JSONError` at the first byte that RFC 8259 does not allow, or a repeated key.
  public static func parse(
    _ bytes: UnsafeRawBufferPointer, depthLimit: Int = fileDepth
  ) throws(JSONError) -> JSON {
    var parser = JSONParser(bytes: bytes, depthLimit: depthLimit)
    return try parser.document()
  }

  /// The same for whoever does not ask what is wrong.
  public init?(_ bytes: some Sequence<UInt8>, depthLimit: Int = messageDepth) {
    let parsed = Array(bytes).withUnsafeBytes { bytes in
      Result { () throws(JSONError) in try Self.parse(bytes, depthLimit: depthLimit) }
    }
    guard case .success(let value) = parsed else { return nil }
    self = value
  }

  /// Members in their order: `.of(("id", 1), ...)` without the words.
  public static func of(_ members: (String, JSON)...) -> JSON {
    .object(members.map { Member($0.0, $0.1) })
  }

  public static func whole(_ number: some BinaryInteger) -> JSON { .number(Double(number)) }

  public static func texts(_ texts: [String]) -> JSON { .list(texts.map { .text($0) }) }

  /// The text, or null.
  public static func maybe(_ text: String?) -> JSON { text.map { .text($0) } ?? .null }

  /// The number, or null where there is none, or one that JSON has no word for.
  public static func maybe(_ number: Double?) -> JSON { number.map { .number($0) } ?? .null }

  public subscript(key: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// The number when it is a whole one that a Double holds exactly.
  public var integer: Int? {
    guard case .number(let value) = self, value.magnitude <= 0x1p53 else { return nil }
    return Int(exactly: value)
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
      default:
        let digits = String(unit, radix: 16, uppercase: true)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    return result + "\""
  }
}
