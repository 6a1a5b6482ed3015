// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What a state file asks of the file system, step by step: tests cut the power between any two.
///
/// Each returns 0 or more, or -errno.
package protocol StateDisk: Sendable {
  /// An empty file for writing, whatever was there; its number.
  func create(_ path: String) -> Int32
  /// How many bytes were taken, which may be fewer than were given.
  func write(_ bytes: UnsafeRawBufferPointer, to file: Int32) -> Int
  /// What was written to the file outlives a power cut from here on.
  func sync(_ file: Int32) -> Int32
  func close(_ file: Int32) -> Int32
  func rename(_ path: String, to newPath: String) -> Int32
  func remove(_ path: String) -> Int32
  /// The names in the folder outlive a power cut from here on.
  func syncFolder(_ path: String) -> Int32
  /// What is in a file; nil where there is none, or none that can be read.
  func contents(_ path: String) -> [UInt8]?
}

/// The computer's own.
struct SystemDisk: StateDisk {
  func create(_ path: String) -> Int32 {
    result(open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644))
  }

  func write(_ bytes: UnsafeRawBufferPointer, to file: Int32) -> Int {
    let count = send(file, bytes)
    return count < 0 ? (errno == EINTR ? 0 : -Int(errno)) : count
  }

  func sync(_ file: Int32) -> Int32 { result(fsync(file)) }

  func close(_ file: Int32) -> Int32 { result(drop(file)) }

  func rename(_ path: String, to newPath: String) -> Int32 { result(move(path, newPath)) }

  func remove(_ path: String) -> Int32 { result(unlink(path)) }

  func syncFolder(_ path: String) -> Int32 {
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return -errno }
    defer { _ = drop(folder) }
    return result(fsync(folder))
  }

  func contents(_ path: String) -> [UInt8]? {
    do throws(BoardError) { return try BoardFile.contents(path) } catch { return nil }
  }

  private func result(_ value: Int32) -> Int32 { value < 0 ? -errno : value }
}

// The C functions, whose names the type above hides.

private func send(_ file: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  write(file, bytes.baseAddress, bytes.count)
}

private func drop(_ file: Int32) -> Int32 { close(file) }

private func move(_ path: String, _ newPath: String) -> Int32 { rename(path, newPath) }
