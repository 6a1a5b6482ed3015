// SPDX-License-Identifier: Apache-2.0
import Codecs

/// One line of the machine protocol: `#LLLL SSSS CCCC {...}`.
///
/// LLLL: how many bytes of JSON follow; SSSS: the sender's sequence number; CCCC: CRC-16 of the
/// sequence number's four digits and the JSON; all hexadecimal. A frame is a line of ASCII: it ends
/// with LF, and a reader that lost its place finds it at the next line.
public struct Envelope: Equatable, Sendable {
  /// The version of all that is said in frames.
  public static let version = 1
  /// Longer ones are refused.
  public static let lengthLimit = 16_384
  /// `#LLLL SSSS CCCC ` is so long.
  static let headLength = 16

  public var sequence: UInt16
  public var json: JSON

  public init(sequence: UInt16, json: JSON) { (self.sequence, self.json) = (sequence, json) }

  /// With its line end.
  public var bytes: [UInt8] {
    let body = Array(json.written.utf8)
    let number = CRC16.text(sequence)
    let check = CRC16(Array(number.utf8) + body).text
    return Array("#\(CRC16.text(UInt16(clamping: body.count))) \(number) \(check) ".utf8) + body
      + [0x0A]
  }

  /// Why a line is no frame.
  public enum Fault: String, Error, Sendable {
    /// It does not begin as one, or its length is not what it says.
    case form
    /// The check does not fit.
    case check
    /// What it carries is no JSON.
    case json
    /// Longer than a frame may be.
    case length
  }

  /// - Parameter line: without its end.
  public init(line: [UInt8]) throws(Fault) {
    guard line.count <= Self.headLength + Self.lengthLimit else { throw .length }
    let head = String(decoding: line.prefix(Self.headLength), as: UTF8.self)
    let words = head.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 4, words[3].isEmpty, words[0].first == "#",
      let length = CRC16.parse(words[0].dropFirst()), let sequence = CRC16.parse(words[1]),
      let check = CRC16.parse(words[2]), line.count == Self.headLength + Int(length)
    else { throw .form }
    let body = line[Self.headLength...]
    guard CRC16(Array(words[1].utf8) + body).value == check else { throw .check }
    guard let json = JSON(body) else { throw .json }
    (self.sequence, self.json) = (sequence, json)
  }
}
