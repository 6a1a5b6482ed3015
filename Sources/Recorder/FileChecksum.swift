// SPDX-License-Identifier: Apache-2.0
import Codecs

/// The check of a whole file's bytes.
public enum FileChecksum {
  public static func crc32(of path: String) throws(DiskError) -> UInt32 {
    let source = try FileSource(path)
    var (check, room) = (CRC32(), [UInt8](repeating: 0, count: 1 << 16))
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
