// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that a power cut leaves whole: the old one or the new one, never half of one.
///
/// ```
/// stage:   PATH.new written, fsync        a cut here leaves PATH as it was
/// commit:  rename PATH.new to PATH, fsync of the folder
/// ```
public struct StateFile: Sendable {
  public let path: String
  private var stagedPath: String { path + ".new" }

  /// Where the file before is kept.
  public static func previous(of path: String) -> String { path + ".previous" }

  /// Writes beside the file; the file itself is not touched.
  public static func stage(_ bytes: [UInt8], path: String) throws(StateFileError) -> StateFile {
    let file = StateFile(path: path)
    let failure = file.write(bytes)
    guard failure == 0 else {
      unlink(file.stagedPath)
      throw StateFileError(path: path, errno: failure)
    }
    return file
  }

  /// Puts what was staged in the file's place.
  public func commit() throws(StateFileError) {
    guard rename(stagedPath, path) == 0 else {
      let failure = errno
      unlink(stagedPath)
      throw StateFileError(path: path, errno: failure)
    }
    let folder = open(BoardFile.folder(ofFile: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    // A folder that cannot be opened for reading, or cannot be synced on this file system: the file
    // is in its place, and the rename is all one can have.
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }

  /// Stages and commits, the file before kept under its `previous` name.
  public static func save(_ text: String, path: String) throws(StateFileError) {
    let new = try stage(Array(text.utf8), path: path)
    if let old = readable(path) {
      do throws(StateFileError) {
        try stage(Array(old.utf8), path: previous(of: path)).commit()
      } catch {
        unlink(new.stagedPath)
        throw error
      }
    }
    try new.commit()
  }

  /// What is there; nil when nothing is, or nothing that is worth keeping.
  private static func readable(_ path: String) -> String? {
    do throws(BoardError) { return try BoardFile.text(path: path) } catch { return nil }
  }

  /// Removes the file; none is fine.
  public static func remove(_ path: String) throws(StateFileError) {
    guard unlink(path) == 0 || errno == ENOENT else {
      throw StateFileError(path: path, errno: errno)
    }
  }

  private func write(_ bytes: [UInt8]) -> Int32 {
    let file = open(stagedPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { return errno }
    var failure = Self.put(bytes, file)
    if failure == 0, fsync(file) != 0 { failure = errno }
    if close(file) != 0, failure == 0 { failure = errno }
    return failure
  }

  private static func put(_ bytes: [UInt8], _ file: Int32) -> Int32 {
    var done = 0
    while done < bytes.count {
      // SAFETY: the rest lies inside `bytes`, which outlives the call.
      let count = bytes.withUnsafeBytes { all in
        send(file, UnsafeRawBufferPointer(rebasing: all[done...]))
      }
      if count < 0, errno != EINTR { return errno }
      done += max(0, count)
    }
    return 0
  }
}

/// The C function, whose name `write` hides in the type above.
private func send(_ file: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  write(file, bytes.baseAddress, bytes.count)
}

/// Why a state file was not written. What was there before is still there.
public struct StateFileError: Error, Equatable, CustomStringConvertible {
  public var path: String
  public var errno: Int32

  public init(path: String, errno: Int32) { (self.path, self.errno) = (path, errno) }

  /// In the system's words.
  public var reason: String { strerror(errno).map { String(cString: $0) } ?? "error \(errno)" }

  public var description: String {
    if errno == EWOULDBLOCK {  // `StateLock`
      return "\(path): another umwelt is at work in this folder. Wait for its end, or name "
        + "another folder with --state."
    }
    return "\(path): cannot be written (\(reason)). What was there is untouched. Free some space "
      + "or mend the permissions, or name another folder with --state."
  }
}
