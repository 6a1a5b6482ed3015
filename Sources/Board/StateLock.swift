// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A state folder held by one process: two would write over each other's steps.
///
/// The lock goes with the process, however that ends; nothing is left in the folder.
public final class StateLock {
  private let folder: Int32

  /// - Parameter path: the file that will be written there, for messages.
  /// Throws: that the folder cannot be written to; `EWOULDBLOCK` while another process has it.
  public init(folder name: String, for path: String) throws(StateFileError) {
    folder = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw StateFileError(path: path, errno: errno) }
    // A file system without locks (ENOLCK, EOPNOTSUPP) has none to be held.
    let isFree = flock(folder, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
    let failure = isFree ? (access(name, W_OK) == 0 ? 0 : errno) : EWOULDBLOCK
    guard failure == 0 else { throw StateFileError(path: path, errno: failure) }
  }

  deinit { close(folder) }
}
