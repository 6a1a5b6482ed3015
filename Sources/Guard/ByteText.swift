// SPDX-License-Identifier: Apache-2.0
import CLinux

/// Text in memory that was had before: what is written while nothing may be asked for. What does
/// not fit is left out.
final class ByteText {
  private let bytes: UnsafeMutableRawBufferPointer
  private(set) var count = 0

  init(capacity: Int) { bytes = .allocate(byteCount: capacity, alignment: 1) }

  deinit { bytes.deallocate() }

  var content: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[0..<count]) }

  func clear() { count = 0 }

  func add(_ text: String) { for byte in text.utf8 { add(byte) } }

  func add(_ value: Int64) {
    if value < 0 { add(UInt8(ascii: "-")) }
    add(value.magnitude)
  }

  func add(_ value: UInt64) {
    var divisor: UInt64 = 1
    while value / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      add(UInt8(ascii: "0") + UInt8(value / divisor % 10))
      divisor /= 10
    }
  }

  /// A line "key value" of a file.
  func add(_ key: String, _ value: String) {
    add(key)
    add(" ")
    add(value)
    add("\n")
  }

  func add(_ key: String, _ value: Int64) {
    add(key)
    add(" ")
    add(value)
    add("\n")
  }

  /// One line on standard error, unless that would have to wait.
  func tell() {
    add("\n")
    umwelt_tell(bytes.baseAddress, UInt64(count))
    clear()
  }

  private func add(_ byte: UInt8) {
    guard count < bytes.count else { return }
    bytes[count] = byte
    count += 1
  }
}
