// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#endif

/// A folder of a test's own, gone with it.
final class TemporaryFolder {
  let path: String
  private var files: [String] = []

  init() {
    var template = Array("/tmp/umwelt-codecs-XXXXXX".utf8CString)
    let isMade = mkdtemp(&template) != nil
    let made = template.dropLast().map { UInt8(bitPattern: $0) }
    path = isMade ? String(decoding: made, as: UTF8.self) : "/nowhere"
  }

  deinit {
    for file in files { unlink(file) }
    rmdir(path)
  }

  func file(_ name: String) -> String {
    files.append("\(path)/\(name)")
    return "\(path)/\(name)"
  }

  func write(_ bytes: [UInt8], _ name: String) -> String {
    let path = file(name)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    let written = Glibc.write(descriptor, bytes, bytes.count)
    close(descriptor)
    precondition(written == bytes.count, "the temporary folder is full")
    return path
  }
}

/// The checksum of gzip and PNG. Source: RFC 1952, section 8.
func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
  var crc = ~UInt32(0)
  for byte in bytes {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = (crc >> 1) ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
  }
  return ~crc
}

extension UInt32 {
  var bigEndianBytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: self >> (24 - 8 * $0)) } }
  var littleEndianBytes: [UInt8] { bigEndianBytes.reversed() }
}

/// One stored (uncompressed) gzip member. Source: RFC 1951, section 3.2.4; RFC 1952, section 2.3.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
  precondition(bytes.count < 65536, "one stored block")
  let count = UInt16(bytes.count)
  let lengths = [count, ~count].flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
  return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1] + lengths + bytes
    + crc32(bytes).littleEndianBytes + UInt32(bytes.count).littleEndianBytes
}
