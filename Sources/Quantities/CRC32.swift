// SPDX-License-Identifier: Apache-2.0

/// The check that Ethernet, gzip and PNG use: it notices that bytes changed by accident.
///
/// Source: RFC 1952, section 8 (polynomial 0xEDB88320, reflected).
public struct CRC32: Sendable {
  private static let table: [UInt32] = (0..<256).map { (index: UInt32) in
    (0..<8).reduce(index) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
  }

  private var register: UInt32 = .max

  public init() {}

  public init(_ bytes: some Sequence<UInt8>) {
    self.init()
    add(bytes)
  }

  /// Of all bytes added so far, in their order.
  public var value: UInt32 { ~register }

  public mutating func add(_ bytes: some Sequence<UInt8>) {
    let table = Self.table
    for byte in bytes {
      register = table[Int(UInt8(truncatingIfNeeded: register) ^ byte)] ^ register >> 8
    }
  }
}
