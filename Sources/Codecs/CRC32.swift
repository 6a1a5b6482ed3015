// SPDX-License-Identifier: Apache-2.0
import CCodecs

/// The check that Ethernet, gzip, PNG and MCAP use: it notices that bytes changed by accident.
///
/// Source: RFC 1952, section 8; zlib's.
public struct CRC32: Sendable {
  /// Of all bytes added so far, in their order.
  public private(set) var value: UInt32 = 0

  public init() {}

  public init(_ bytes: some Sequence<UInt8>) { add(bytes) }

  public mutating func add(_ bytes: some Sequence<UInt8>) {
    let isDone: Void? = bytes.withContiguousStorageIfAvailable { append($0) }
    if isDone == nil { Array(bytes).withUnsafeBufferPointer { append($0) } }
  }

  private mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard !bytes.isEmpty else { return }  // zlib would begin anew where there is no address
    // SAFETY: zlib reads `count` bytes that outlive the call.
    value = umwelt_crc32(value, bytes.baseAddress, bytes.count)
  }
}
