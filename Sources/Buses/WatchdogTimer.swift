// SPDX-License-Identifier: Apache-2.0
import Quantities

/// A timer that resets the computer unless it is kicked in time. It runs from the moment it is had.
public protocol WatchdogTimer: AnyObject {
  /// Its path ("/dev/watchdog0").
  var name: String { get }
  /// The timeout that the hardware really uses, which may differ from what was asked.
  var timeout: Interval { get }
  /// Whether the computer's last start was this timer's doing; nil where the driver cannot tell.
  var causedLastReset: Bool? { get }
  /// Whether `stop` can stop it; false when the driver was told never to.
  var canStop: Bool { get }

  func kick() throws(WatchdogError)

  /// Stops the timer where that is possible. Idempotent.
  func stop() throws(WatchdogError)
}

/// Why there is no watchdog.
public struct WatchdogError: Error, Equatable, CustomStringConvertible {
  public enum Reason: Equatable, Sendable {
    /// Another program holds it (EBUSY): usually systemd.
    case taken
    /// Closing it does not stop it (nowayout).
    case cannotStop
    /// Any other errno of the kernel's.
    case system(errno: Int32)
  }

  public var device: String
  public var reason: Reason

  public init(device: String, reason: Reason) { (self.device, self.reason) = (device, reason) }

  public var description: String {
    switch reason {
    case .taken:
      "\(device): another program holds it, usually systemd. Unset RuntimeWatchdogSec in "
        + "/etc/systemd/system.conf, or leave the watchdog to systemd."
    case .cannotStop:
      "\(device): cannot be stopped (nowayout): the computer resets unless it is kicked."
    case .system(let errno):
      "\(device): the kernel refused (errno \(errno)). Is the driver loaded, and are you allowed?"
    }
  }
}
