// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// How a machine's outputs stand, as whoever measures at its chips sees it.
public struct MachineStanding: Equatable, Sendable {
  /// No motor and no servo is driven, not even to stand still.
  public var isSafe: Bool
  /// Since when, by CLOCK_MONOTONIC.
  public var since: Instant
  /// How often that changed.
  public var changes: UInt32
  /// How often the watchdog reset the machine.
  public var resets: UInt32

  public init(isSafe: Bool, since: Instant, changes: UInt32 = 0, resets: UInt32 = 0) {
    (self.isSafe, self.since, self.changes, self.resets) = (isSafe, since, changes, resets)
  }

  /// What is seen now; true when that is a change.
  mutating func observe(isSafe: Bool, at now: Instant) -> Bool {
    guard isSafe != self.isSafe else { return false }
    (self.isSafe, since) = (isSafe, now)
    changes &+= 1
    return true
  }
}

/// What the server asks of a machine beyond `Hardware`.
public protocol ServedMachine: AnyObject {
  var hardware: any Hardware { get }
  /// Whether no motor and no servo is driven at this moment, not even to stand still.
  var isSafe: Bool { get }
  /// Nobody drives this output line any more: its pull decides.
  func release(line: String)
}
