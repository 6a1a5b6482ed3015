// SPDX-License-Identifier: Apache-2.0
import Codecs

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Notices that files are not what they were.
///
/// What the file system says of a file is compared first, its content only when that differs: a
/// file that was touched, or replaced by one with the same bytes, has not changed.
package struct FileWatch {
  private var files: [WatchedFile]

  /// What is there now is what they were. Their content is read at the first look.
  package init(_ paths: [String]) { files = paths.compactMap(WatchedFile.init) }

  /// Whether any differs from what it was; nil when none was there or can be read.
  package mutating func look() -> Bool? {
    var result: Bool?
    for i in files.indices {
      if let hasChanged = files[i].look() { result = result == true || hasChanged }
    }
    return result
  }
}

private struct WatchedFile {
  /// What changes with the content, and with much else. The inode's own time cannot be set back.
  struct Mark: Equatable {
    var device, inode, size: UInt64
    var modifiedS, modifiedNs, inodeChangedS, inodeChangedNs: Int

    init(_ status: stat) {
      (device, inode) = (UInt64(status.st_dev), UInt64(status.st_ino))
      size = UInt64(status.st_size)
      (modifiedS, modifiedNs) = (Int(status.st_mtim.tv_sec), Int(status.st_mtim.tv_nsec))
      (inodeChangedS, inodeChangedNs) = (Int(status.st_ctim.tv_sec), Int(status.st_ctim.tv_nsec))
    }
  }

  let path: String
  private let original: Mark
  private var originalCheck: UInt32?
  /// At the last look, and whether the content differed then.
  private var seen: Mark
  private var hasChanged = false

  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    self.path = path
    original = Mark(status)
    seen = original
  }

  mutating func look() -> Bool? {
    var status = stat()
    guard stat(path, &status) == 0 else {
      return errno == ENOENT || errno == ENOTDIR ? true : nil
    }
    let mark = Mark(status)
    if mark == seen, originalCheck != nil || hasChanged { return hasChanged }
    guard mark.size == original.size else { return note(mark, true) }
    guard let (read, check) = content() else { return nil }
    if originalCheck == nil {
      // What it was before it could be read is not known: another file for all we know.
      guard read == original else { return note(read, true) }
      originalCheck = check
    }
    return note(read, check != originalCheck)
  }

  private mutating func note(_ mark: Mark, _ hasChanged: Bool) -> Bool {
    (seen, self.hasChanged) = (mark, hasChanged)
    return hasChanged
  }

  /// The check over the content, and the mark before it was read: a change meanwhile shows at the
  /// next look.
  private func content() -> (Mark, UInt32)? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { return nil }
    var check = CRC32()
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(file, &bytes, bytes.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { return (Mark(status), check.value) }
      check.add(bytes[..<count])
    }
  }
}
