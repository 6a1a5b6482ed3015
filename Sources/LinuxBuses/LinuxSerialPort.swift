// SPDX-License-Identifier: Apache-2.0
import Buses
import CLinux
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A serial line: raw bytes, 8N1, no flow control, no modem lines, nobody else's while it is ours.
public final class LinuxSerialPort: SerialPort, WaitedFile {
  /// How often a drain looks. Ten bytes at 115200 baud take 0.9 ms.
  private static let drainPause = Interval(nanoseconds: 1_000_000)

  public let name: String
  /// What the port really runs at.
  public let baud: Int
  private let file: DeviceFile

  public var fileNumber: Int32 { file.number }

  /// - Parameter path: where it really lies; `name` is what people call it.
  init(_ name: String, path: String, baud: Int, system: DeviceFile.System) throws(SerialError) {
    self.name = name
    do throws(SystemError) {
      file = try DeviceFile(path, for: .both, system)
    } catch {
      throw SerialError(port: name, reason: .system(errno: error.errno))
    }
    guard let wanted = UInt32(exactly: baud), wanted > 0 else {
      throw SerialError(port: name, reason: .unsupportedBaud(baud))
    }
    var actual: UInt32 = 0
    let result = umwelt_serial_start(system, file.number, wanted, &actual)
    self.baud = Int(actual)
    if result == -EINVAL { throw SerialError(port: name, reason: .unsupportedBaud(baud)) }
    if result < 0 { throw SerialError(port: name, reason: Self.reason(-result)) }
  }

  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(SerialError) -> Int {
    guard let start = buffer.baseAddress, !buffer.isEmpty else { return 0 }
    return try counted(umwelt_read(file.system, file.number, start, UInt64(buffer.count)))
  }

  public func write(_ bytes: UnsafeRawBufferPointer) throws(SerialError) -> Int {
    guard let start = bytes.baseAddress, !bytes.isEmpty else { return 0 }
    return try counted(umwelt_write(file.system, file.number, start, UInt64(bytes.count)))
  }

  /// Waits until all that was written is sent, but not longer than `limit`; false when some is not:
  /// a USB gadget without a host never sends.
  public func drain(within limit: Interval, clock: any Clock) throws(SerialError) -> Bool {
    let deadline = clock.now + limit
    while true {
      var pending: UInt32 = 0
      _ = try counted(Int64(umwelt_serial_pending(file.system, file.number, &pending)))
      if pending == 0 { return true }
      if clock.now >= deadline { return false }
      clock.sleep(until: min(clock.now + Self.drainPause, deadline))
    }
  }

  private func counted(_ result: Int64) throws(SerialError) -> Int {
    if result < 0 { throw SerialError(port: name, reason: Self.reason(Int32(-result))) }
    return Int(result)
  }

  /// Terminals say EIO once the other side is gone, unplugged adapters ENXIO or ENODEV.
  private static func reason(_ errno: Int32) -> SerialError.Reason {
    switch errno {
    case EIO, ENXIO, ENODEV: .hungUp
    default: .system(errno: errno)
    }
  }
}
