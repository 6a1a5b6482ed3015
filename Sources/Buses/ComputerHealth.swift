// SPDX-License-Identifier: Apache-2.0
import Quantities

/// How the computer is. What it does not tell is nil.
public struct ComputerState: Equatable, Sendable {
  /// When it was looked at, by the loop's clock: whoever looks has stopped when this grows old.
  public var at: Instant
  /// Of the hottest zone, Celsius.
  public var temperatureC: Double?
  /// The supply is too low, or was since the look before.
  public var isUndervolted: Bool?
  /// The CPU is slowed down because of heat or supply.
  public var isThrottled: Bool?
  /// What is left for this user on the file system of the state folder.
  public var freeDiskBytes: Int?
  /// What this process can still have before the kernel kills something.
  public var availableMemoryBytes: Int?
  /// The model's file is not what it was at the start, or is gone.
  public var hasModelChanged: Bool?
  /// A board file is not what it was at the start, or is gone.
  public var hasBoardChanged: Bool?

  /// Nothing known but the time.
  public init(at: Instant) { self.at = at }
}

/// Looks at the computer once a second, away from the loop.
public protocol ComputerHealth: AnyObject {
  /// The newest look; nil before the first. Never waits and asks for no memory.
  ///
  /// Thread: one reader.
  func latest() -> ComputerState?
}
