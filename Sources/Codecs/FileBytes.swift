// SPDX-License-Identifier: Apache-2.0
import CCodecs

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Whole files as bytes.
public enum FileBytes {
  /// Reads a file, plain or gzip (told by its first bytes, not by its name).
  ///
  /// - Parameter limit: the most bytes, unpacked, that the caller can use.
  /// Throws: the path, and why it cannot be had.
  public static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    precondition(limit >= 0, "a negative limit")
    var bytes: UnsafeMutablePointer<UInt8>?
    var count = 0
    let code = umwelt_gunzip_file(path, limit, &bytes, &count)
    let error = errno
    defer { umwelt_free(bytes) }
    switch Int(code) {
    // SAFETY: on success `bytes` has `count` bytes until umwelt_free; they are copied here.
    case 0: return [UInt8](UnsafeBufferPointer(start: bytes, count: count))
    case Int(UMWELT_CODEC_OPEN): throw FileError(path: path, reason: .notOpened(errno: error))
    case Int(UMWELT_CODEC_TOO_LARGE): throw FileError(path: path, reason: .tooLarge(limit: limit))
    case Int(UMWELT_CODEC_MEMORY): throw FileError(path: path, reason: .noMemory)
    case Int(UMWELT_CODEC_FORMAT): throw FileError(path: path, reason: .damaged)
    default: throw FileError(path: path, reason: .notRead(errno: error))
    }
  }
}
