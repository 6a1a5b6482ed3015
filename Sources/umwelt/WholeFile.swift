// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Files that appear under their name whole or not at all.
enum WholeFile {
  /// Writes beside `path` first and then takes its place; what was there stays until then.
  static func save(_ bytes: [UInt8], to path: String) throws(AttitudeError) {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw .notWritten(path: path, why: "it is not a regular file")
    }
    let partialPath = path + ".partial"
    let failure = store(bytes, partialPath, path)
    guard failure != 0 else { return }
    unlink(partialPath)
    // SAFETY: strerror's text is NUL-terminated and copied at once.
    let why = strerror(failure).map { String(cString: $0) } ?? "errno \(failure)"
    throw .notWritten(path: path, why: why)
  }

  /// 0 or errno.
  private static func store(_ bytes: [UInt8], _ partialPath: String, _ path: String) -> Int32 {
    let descriptor = open(partialPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { return errno }
    var failure = put(bytes, descriptor)
    if failure == 0, fsync(descriptor) != 0 { failure = errno }
    if close(descriptor) != 0, failure == 0 { failure = errno }
    guard failure == 0 else { return failure }
    return rename(partialPath, path) == 0 ? 0 : errno
  }

  private static func put(_ bytes: [UInt8], _ descriptor: Int32) -> Int32 {
    bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        // SAFETY: the rest lies inside `bytes` for the length of the call.
        let rest = UnsafeRawBufferPointer(rebasing: buffer[done...])
        let count = write(descriptor, rest.baseAddress, rest.count)
        if count < 0, errno != EINTR { return errno }
        done += max(0, count)
      }
      return 0
    }
  }
}
