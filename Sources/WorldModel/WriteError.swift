// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Why a tensor file could not be written.
public struct WriteError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What went wrong.
  public enum Problem: Equatable, Sendable {
    /// The value is errno.
    case system(Int32)
    /// `finish` came before every element was written.
    case incomplete(tensor: String, written: Int, declared: Int)
  }
  /// The file it went wrong with.
  public let path: String
  /// What went wrong.
  public let problem: Problem

  package init(path: String, problem: Problem) {
    self.path = path
    self.problem = problem
  }

  /// Whether the path itself is to blame, so that another one would do.
  public var isBadPath: Bool {
    guard case .system(let code) = problem else { return false }
    return [
      ENOENT, ENOTDIR, EISDIR, EINVAL, EACCES, EPERM, EROFS, ENAMETOOLONG, ELOOP
    ].contains(code)
  }

  public var description: String {
    switch problem {
    case .system(let code):
      "\(path): cannot be written: \(String(cString: strerror(code))); check the folder, "
        + "its permissions and the free space"
    case .incomplete(let tensor, let written, let declared):
      "\(path): tensor \(tensor): \(written) of \(declared) elements were written; "
        + "write each element once before finishing"
    }
  }
}
