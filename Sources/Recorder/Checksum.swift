// SPDX-License-Identifier: Apache-2.0
import CCodecs

/// The CRC-32 that MCAP has its bytes checked by.
struct Checksum {
  private(set) var value: UInt32 = 0

  init() {}

  init(_ bytes: some ContiguousBytes) {
    self.init()
    add(bytes)
  }

  mutating func add(_ bytes: some ContiguousBytes) {
    // SAFETY: zlib reads `count` bytes that outlive the call.
    value = bytes.withBytes { umwelt_crc32(value, $0.baseAddress, $0.count) }
  }
}

/// Bytes that lie one behind the other in memory.
protocol ContiguousBytes {
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result
}

extension UnsafeRawBufferPointer: ContiguousBytes {
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result { body(self) }
}

extension [UInt8]: ContiguousBytes {
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withUnsafeBytes(body)
  }
}

extension ArraySlice<UInt8>: ContiguousBytes {
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withUnsafeBytes(body)
  }
}
