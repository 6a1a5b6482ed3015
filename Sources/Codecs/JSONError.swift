// SPDX-License-Identifier: Apache-2.0

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
