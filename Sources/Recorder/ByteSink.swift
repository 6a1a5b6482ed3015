// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Where a log's bytes go.
public protocol ByteSink: AnyObject {
  /// All of them, or an error.
  func append(_ bytes: [UInt8]) throws(DiskError)
  /// What was appended outlives a power cut from here on.
  func sync() throws(DiskError)
  func close()
}

/// The disk refused.
public struct DiskError: Error, Equatable, CustomStringConvertible {
  /// What was asked of it.
  public enum Step: String, Sendable { case open, read, write, sync, remove }

  public var path: String
  public var step: Step
  public var errno: Int32

  public init(path: String, step: Step, errno: Int32) {
    (self.path, self.step, self.errno) = (path, step, errno)
  }

  public var description: String {
    "\(path): cannot \(step.rawValue) it (errno \(errno)). \(advice)"
  }

  private var advice: String {
    switch errno {
    case ENOSPC, EDQUOT:
      "The disk is full: the robot goes on without a recording. Free some space, or record less "
        + "(--record-limit)."
    case EACCES, EPERM, EROFS: "Record to a folder where this user may write."
    case ENOENT: "Check the path: its folder must be there."
    case EAGAIN: "The kernel starts no more threads: end other programs."
    case EIO: "The disk or card is broken: copy what it holds, and replace it."
    default: "Check the path and the disk."
    }
  }
}

/// A file that is written from its beginning to its end.
package final class FileSink: ByteSink {
  package let path: String
  private var file: Int32

  /// An empty file, whatever was there.
  package init(_ path: String) throws(DiskError) {
    self.path = path
    file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    if file < 0 { throw DiskError(path: path, step: .open, errno: errno) }
  }

  deinit { close() }

  package func append(_ bytes: [UInt8]) throws(DiskError) {
    var done = 0
    while done < bytes.count {
      // SAFETY: at most what is left of `bytes`, which outlives the call.
      let count = bytes.withUnsafeBytes {
        write(file, $0.baseAddress.map { $0 + done }, $0.count - done)
      }
      if count > 0 {
        done += count
      } else if count < 0, errno != EINTR {
        throw DiskError(path: path, step: .write, errno: errno)
      }
    }
  }

  package func sync() throws(DiskError) {
    // A pipe or a device has nothing to sync (EINVAL).
    guard fdatasync(file) < 0, errno != EINVAL else { return }
    throw DiskError(path: path, step: .sync, errno: errno)
  }

  package func close() {
    if file >= 0 { drop(file) }
    file = -1
  }
}

/// The C function, whose name the class above hides.
private func drop(_ file: Int32) { close(file) }
