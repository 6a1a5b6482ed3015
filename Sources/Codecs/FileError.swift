// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Why a file's bytes cannot be had.
public struct FileError: Error, Equatable, CustomStringConvertible {
  /// What went wrong.
  public enum Reason: Equatable, Sendable {
    /// The system did not open it.
    case notOpened(errno: Int32)
    /// The system did not read it (a folder, a broken disk).
    case notRead(errno: Int32)
    /// It has more bytes, unpacked, than the caller can use.
    case tooLarge(limit: Int)
    /// Gzip data that is cut off or has a wrong checksum.
    case damaged
    /// Its bytes do not fit into memory.
    case noMemory
  }

  /// The file.
  public var path: String
  /// What went wrong.
  public var reason: Reason

  /// An error with its place.
  public init(path: String, reason: Reason) { (self.path, self.reason) = (path, reason) }

  /// The file, what is wrong, and what to do.
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
