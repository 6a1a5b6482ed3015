// SPDX-License-Identifier: Apache-2.0

/// A JSON value; what the headers of tensor files need, without Foundation on the robot.
package enum JSON: Equatable, Sendable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([String: JSON])

  /// The object's member, or nil.
  package subscript(key: String) -> JSON? {
    if case .object(let members) = self { return members[key] }
    return nil
  }

  /// The number when it is a whole one that a Double holds exactly.
  package var integer: Int? {
    guard case .number(let value) = self, value.magnitude <= 0x1p53 else { return nil }
    return Int(exactly: value)
  }

  /// The whole text as one value.
  ///
  /// Throws: `JSONError` at the first byte that RFC 8259 does not allow, or a repeated key.
  package static func parse(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> JSON {
    var parser = JSONParser(bytes: bytes)
    return try parser.document()
  }
}

/// Where and why a text is not JSON.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Reason: Equatable, Sendable {
    case unexpectedByte(UInt8)
    case unexpectedEnd
    case badNumber
    case badText
    case repeatedKey(String)
    case tooDeep
  }
  /// Bytes from the start of the text.
  public let offset: Int
  /// What is wrong there.
  public let reason: Reason

  package init(offset: Int, reason: Reason) {
    self.offset = offset
    self.reason = reason
  }

  public var description: String {
    let what =
      switch reason {
      case .unexpectedByte(let byte): "unexpected byte 0x\(String(byte, radix: 16))"
      case .unexpectedEnd: "the text ends early"
      case .badNumber: "not a number"
      case .badText: "not valid UTF-8 text"
      case .repeatedKey(let key): "\"\(key)\" appears twice"
      case .tooDeep: "nested too deeply"
      }
    return "\(what) at byte \(offset)"
  }
}
