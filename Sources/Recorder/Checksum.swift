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

/// The check of a whole file's bytes.
public enum FileChecksum {
  public static func crc32(of path: String) throws(DiskError) -> UInt32 {
    let source = try FileSource(path)
    var (check, room) = (Checksum(), [UInt8](repeating: 0, count: 1 << 16))
    while true {
      var (count, failure): (Int, DiskError?) = (0, nil)
      room.withUnsafeMutableBytes {
        do throws(DiskError) { count = try source.read(into: $0) } catch { failure = error }
      }
      if let failure { throw failure }
      if count == 0 { return check.value }
      check.add(room[..<count])
    }
  }
}
