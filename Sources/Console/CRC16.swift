// SPDX-License-Identifier: Apache-2.0

/// The check of dump lines and frames: any burst of up to 16 wrong bits shows.
///
/// Source: ITU-T V.41 polynomial x^16 + x^12 + x^5 + 1, started with ones (CRC-16/IBM-3740): the
/// check value of "123456789" is 0x29B1.
public struct CRC16: Sendable {
  public private(set) var value: UInt16 = 0xFFFF

  public init() {}

  public init(_ bytes: some Sequence<UInt8>) { for byte in bytes { add(byte) } }

  public mutating func add(_ byte: UInt8) {
    value ^= UInt16(byte) << 8
    for _ in 0..<8 { value = value & 0x8000 == 0 ? value << 1 : value << 1 ^ 0x1021 }
  }

  /// As lines and frames write it: four digits, "29B1".
  public var text: String { Self.text(value) }

  /// Four hexadecimal digits.
  static func text(_ value: UInt16) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }

  /// Exactly four hexadecimal digits, or nil.
  static func parse(_ text: some StringProtocol) -> UInt16? {
    guard text.utf8.count == 4, text.allSatisfy(\.isHexDigit) else { return nil }
    return UInt16(text, radix: 16)
  }
}
