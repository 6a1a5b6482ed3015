// SPDX-License-Identifier: Apache-2.0

/// A line of bytes in both directions that nobody waits for.
public protocol SerialPort: AnyObject {
  /// Its path ("/dev/ttyAMA0").
  var name: String { get }

  /// Fills `buffer` with what has arrived and returns how many bytes that is; 0 when none has.
  /// Throws: `hungUp` when the other side is gone for good (an unplugged adapter).
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(SerialError) -> Int

  /// Sends as many bytes as fit in the driver's queue now and returns how many that is.
  func write(_ bytes: UnsafeRawBufferPointer) throws(SerialError) -> Int
}

/// Why a serial port does not work.
public struct SerialError: Error, Equatable, CustomStringConvertible {
  public enum Reason: Equatable, Sendable {
    /// The adapter was unplugged, or the other end of a pseudo-terminal closed.
    case hungUp
    /// The port cannot run at this rate.
    case unsupportedBaud(Int)
    /// Any other errno of the kernel's.
    case system(errno: Int32)
  }

  public var port: String
  public var reason: Reason

  public init(port: String, reason: Reason) { (self.port, self.reason) = (port, reason) }

  public var description: String {
    switch reason {
    case .hungUp: "\(port): hung up. Plug the adapter in again."
    case .unsupportedBaud(let baud):
      "\(port): cannot run at \(baud) baud. Choose 9600, 115200 or 1500000."
    case .system(let errno):
      "\(port): the kernel refused (errno \(errno)). Are you in the group 'dialout', and is no "
        + "other program using it?"
    }
  }
}
