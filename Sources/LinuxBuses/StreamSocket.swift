// SPDX-License-Identifier: Apache-2.0
import Buses
import CLinux

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A connection over a socket of this computer: bytes in both directions, like a serial line's.
public final class StreamSocket: SerialPort, WaitedFile {
  public let name: String
  public private(set) var fileNumber: Int32

  /// Connects to whoever listens at `path`.
  public convenience init(_ path: String) throws(StreamError) {
    let file = umwelt_connect_stream(path)
    if file < 0 { throw StreamError(path: path, errno: -file) }
    self.init(name: path, file: file)
  }

  fileprivate init(name: String, file: Int32) { (self.name, fileNumber) = (name, file) }

  deinit { umwelt_hang_up(fileNumber) }

  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(SerialError) -> Int {
    guard let start = buffer.baseAddress, !buffer.isEmpty else { return 0 }
    return try counted(umwelt_read(umwelt_linux(), fileNumber, start, UInt64(buffer.count)))
  }

  public func write(_ bytes: UnsafeRawBufferPointer) throws(SerialError) -> Int {
    guard let start = bytes.baseAddress, !bytes.isEmpty else { return 0 }
    let sent = umwelt_send(fileNumber, start, UInt64(bytes.count))
    return try counted(sent == -Int64(EAGAIN) ? 0 : sent)
  }

  private func counted(_ result: Int64) throws(SerialError) -> Int {
    if result >= 0 { return Int(result) }
    switch Int32(-result) {
    // A read of nothing is EIO (`umwelt_read`).
    case EIO, EPIPE, ECONNRESET: throw SerialError(port: name, reason: .hungUp)
    default: throw SerialError(port: name, reason: .system(errno: Int32(-result)))
    }
  }
}

/// A socket that others connect to; its file goes with it.
public final class StreamListener: WaitedFile {
  public let path: String
  public let fileNumber: Int32
  private var count = 0

  /// Takes the place of one that nobody serves any more.
  public init(_ path: String) throws(StreamError) {
    // Before anything is this object's: what is there is not its to remove.
    let file = umwelt_listen_stream(path)
    if file < 0 { throw StreamError(path: path, errno: -file) }
    (self.path, fileNumber) = (path, file)
  }

  deinit {
    umwelt_hang_up(fileNumber)
    unlink(path)
  }

  /// Whoever knocks; nil when nobody does.
  public func accept() -> StreamSocket? {
    let file = umwelt_accept(fileNumber)
    guard file >= 0 else { return nil }
    count += 1
    return StreamSocket(name: "socket \(count)", file: file)
  }
}

/// A socket cannot be had.
public struct StreamError: Error, Equatable, CustomStringConvertible {
  public var path: String
  public var errno: Int32

  public init(path: String, errno: Int32) { (self.path, self.errno) = (path, errno) }

  public var description: String {
    switch errno {
    case ENOENT: "\(path): there is no such socket, or no such folder. Is the service running?"
    case ECONNREFUSED: "\(path): nobody serves this socket any more. Start the service."
    case EADDRINUSE: "\(path): another service is there. End it, or name another path."
    case EEXIST: "\(path): a file is there that is no socket. Name another path."
    case EACCES, EPERM: "\(path): you may not use it. Are you in the group of the service?"
    case ENAMETOOLONG: "\(path): a socket's path has 107 bytes at most. Name a shorter one."
    default: "\(path): no socket: \(words(for: errno)). Name another path."
    }
  }
}
