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
  let disk: any StateDisk
  private var stagedPath: String { path + ".new" }

  /// Where the file before is kept.
  public static func previous(of path: String) -> String { path + ".previous" }

  /// Writes beside the file; the file itself is not touched.
  public static func stage(_ bytes: [UInt8], path: String) throws(StateFileError) -> StateFile {
    try stage(bytes, path: path, on: SystemDisk())
  }

  package static func stage(
    _ bytes: [UInt8], path: String, on disk: any StateDisk
  ) throws(StateFileError) -> StateFile {
    let file = StateFile(path: path, disk: disk)
    let failure = file.write(bytes)
    guard failure == 0 else {
      file.discard()
      throw StateFileError(path: path, errno: failure)
    }
    return file
  }

  /// Puts what was staged in the file's place.
  public func commit() throws(StateFileError) {
    let renamed = disk.rename(stagedPath, to: path)
    guard renamed == 0 else {
      discard()
      throw StateFileError(path: path, errno: -renamed)
    }
    // A folder that cannot be opened for reading, or cannot be synced on this file system: the file
    // is in its place, and the rename is all one can have.
    if disk.syncFolder(BoardFile.folder(ofFile: path)) == -EIO {
      throw StateFileError(path: path, errno: EIO, isInPlace: true)
    }
  }

  /// Forgets what was staged.
  func discard() { _ = disk.remove(stagedPath) }

  /// Removes the file; none is fine.
  public static func remove(_ path: String) throws(StateFileError) {
    let result = SystemDisk().remove(path)
    guard result == 0 || result == -ENOENT else {
      throw StateFileError(path: path, errno: -result)
    }
  }

  private func write(_ bytes: [UInt8]) -> Int32 {
    let file = disk.create(stagedPath)
    guard file >= 0 else { return -file }
    var failure = put(bytes, file)
    if failure == 0 { failure = -disk.sync(file) }
    let closed = disk.close(file)
    return failure == 0 ? -closed : failure
  }

  private func put(_ bytes: [UInt8], _ file: Int32) -> Int32 {
    var done = 0
    while done < bytes.count {
      // SAFETY: the rest lies inside `bytes`, which outlives the call.
      let count = bytes.withUnsafeBytes { all in
        disk.write(UnsafeRawBufferPointer(rebasing: all[done...]), to: file)
      }
      if count < 0 { return Int32(-count) }
      done += count
    }
    return 0
  }
}

/// Why a state file was not written. What was there before is still there.
public struct StateFileError: Error, Equatable, CustomStringConvertible {
  public var path: String
  public var errno: Int32
  /// The new file is in its place, but the disk did not confirm it.
  public var isInPlace = false

  public init(path: String, errno: Int32, isInPlace: Bool = false) {
    (self.path, self.errno, self.isInPlace) = (path, errno, isInPlace)
  }

  /// In the system's words.
  public var reason: String { strerror(errno).map { String(cString: $0) } ?? "error \(errno)" }

  public var description: String {
    if errno == EWOULDBLOCK {  // `StateLock`
      return "\(path): another umwelt is at work in this folder. Wait for its end, or name "
        + "another folder with --state."
    }
    if isInPlace {
      return "\(path): written, but the disk failed (\(reason)): a power cut may undo it. Look at "
        + "`dmesg`, and replace the disk or card."
    }
    return "\(path): cannot be written (\(reason)). What was there is untouched. Free some space "
      + "or mend the permissions, or name another folder with --state."
  }
}
