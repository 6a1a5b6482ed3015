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

/// Why a file's bytes cannot be had.
public struct FileError: Error, Equatable, CustomStringConvertible {
  /// What went wrong.
  public enum Reason: Equatable, Sendable {
    case notOpened(errno: Int32)
    case notRead(errno: Int32)
    case tooLarge(limit: Int)
    /// Gzip data that is cut off or has a wrong checksum.
    case damaged
    case noMemory
  }

  public var path: String
  public var reason: Reason

  public init(path: String, reason: Reason) { (self.path, self.reason) = (path, reason) }

  public var description: String {
    switch reason {
    case .notOpened(let errno):
      return "\(path): cannot be opened: \(systemText(errno)). Check the path and its permissions."
    case .notRead(let errno):
      return "\(path): cannot be read: \(systemText(errno)). Check that it is a file, and the disk."
    case .tooLarge(let limit):
      return "\(path): has more than \(limit) bytes (unpacked), the limit here. Is it the right"
        + " file? If so, cut it."
    case .damaged:
      return "\(path): the gzip data is cut off or damaged. Copy or download it again."
    case .noMemory:
      return "\(path): does not fit into memory. Use a smaller file or close other programs."
    }
  }
}

/// The system's words for an errno.
func systemText(_ errno: Int32) -> String {
  // SAFETY: strerror's text is NUL-terminated and copied before anyone can call it again here.
  guard let text = strerror(errno) else { return "errno \(errno)" }
  return String(cString: text)
}
