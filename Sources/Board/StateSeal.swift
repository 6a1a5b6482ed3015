// SPDX-License-Identifier: Apache-2.0
import Codecs

/// What the end of a state file says of its content.
enum StateSeal: Equatable {
  /// The check fits.
  case whole
  /// The end is there, but the check is of another content.
  case edited
  /// Text without its end.
  case open
  /// No text at all.
  case damaged

  private static let mark = Array("# crc32 ".utf8)

  /// Whether the text reaches to its last line.
  var hasEnd: Bool { self == .whole || self == .edited }

  /// The text with its check as the last line.
  static func sealing(_ text: String) -> String {
    let body = text.isEmpty || text.hasSuffix("\n") ? text : text + "\n"
    let digits = String(CRC32(body.utf8).value, radix: 16)
    return body + String(decoding: mark, as: UTF8.self)
      + String(repeating: "0", count: 8 - digits.count) + digits + "\n"
  }

  init(of bytes: [UInt8]) {
    let blank = bytes.contains(0) ? nil : bytes.last { $0 != 0x0A && $0 != 0x0D && $0 != 0x20 }
    guard blank != nil, String(validating: bytes, as: UTF8.self) != nil else {
      self = .damaged
      return
    }
    let end = (bytes.lastIndex { $0 != 0x0A && $0 != 0x0D && $0 != 0x20 } ?? -1) + 1
    let start = (bytes[..<end].lastIndex(of: 0x0A) ?? -1) + 1
    let line = bytes[start..<end]
    guard line.starts(with: Self.mark) else {
      self = .open
      return
    }
    let value = String(decoding: line.dropFirst(Self.mark.count), as: UTF8.self)
    if value == "none" {
      self = .edited
    } else if value.utf8.count == 8, let check = UInt32(value, radix: 16) {
      self = check == CRC32(bytes[..<start]).value ? .whole : .edited
    } else {
      self = .open
    }
  }
}
