// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Where a log's bytes come from, one after the other.
public protocol ByteSource: AnyObject {
  /// The file's path, for errors.
  var name: String { get }
  /// Fills `room` as far as there are bytes, and says how far: less only at the end.
  func read(into room: UnsafeMutableRawBufferPointer) throws(DiskError) -> Int
}

/// A file.
public final class FileSource: ByteSource {
  public let name: String
  private let file: Int32

  public init(_ path: String) throws(DiskError) {
    name = path
    file = open(path, O_RDONLY | O_CLOEXEC)
    if file < 0 { throw DiskError(path: path, step: .open, errno: errno) }
  }

  deinit { close(file) }

  public func read(into room: UnsafeMutableRawBufferPointer) throws(DiskError) -> Int {
    var done = 0
    while done < room.count {
      // SAFETY: at most what is left of `room`, which outlives the call.
      let count = take(file, room.baseAddress.map { $0 + done }, room.count - done)
      if count == 0 { break }
      if count > 0 {
        done += count
      } else if errno != EINTR {
        throw DiskError(path: name, step: .read, errno: errno)
      }
    }
    return done
  }
}

/// The C function, whose name the class above hides.
private func take(_ file: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  read(file, bytes, count)
}

/// Bytes in memory.
public final class MemorySource: ByteSource {
  public let name: String
  private let bytes: [UInt8]
  private var position = 0

  public init(_ bytes: [UInt8], name: String = "memory") { (self.bytes, self.name) = (bytes, name) }

  public func read(into room: UnsafeMutableRawBufferPointer) throws(DiskError) -> Int {
    let count = min(room.count, bytes.count - position)
    bytes.withUnsafeBytes {
      room.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<position + count]))
    }
    position += count
    return count
  }
}
