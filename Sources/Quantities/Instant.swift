// SPDX-License-Identifier: Apache-2.0

/// A point on one monotonic clock.
///
/// Units: nanoseconds since that clock's origin. Instants of different clocks must not be compared.
public struct Instant: Hashable, Comparable, Sendable, BitwiseCopyable {
  public var nanoseconds: Int64

  @inlinable
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  public static let zero = Instant(nanoseconds: 0)

  /// Seconds since the clock's origin.
  @inlinable
  public var seconds: Double { Double(nanoseconds) * 1e-9 }

  @inlinable
  public static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }

  @inlinable
  public static func - (a: Instant, b: Instant) -> Interval {
    Interval(nanoseconds: a.nanoseconds - b.nanoseconds)
  }

  @inlinable
  public static func + (a: Instant, b: Interval) -> Instant {
    Instant(nanoseconds: a.nanoseconds + b.nanoseconds)
  }
}

/// A signed length of time that fits a register and costs nothing in a tick.
///
/// Units: nanoseconds.
public struct Interval: Hashable, Comparable, Sendable, BitwiseCopyable {
  public var nanoseconds: Int64

  @inlinable
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// Rounds to the nearest nanosecond.
  @inlinable
  public init(seconds: Double) { nanoseconds = Int64((seconds * 1e9).rounded()) }

  public static let zero = Interval(nanoseconds: 0)

  @inlinable
  public var seconds: Double { Double(nanoseconds) * 1e-9 }
  @inlinable
  public var milliseconds: Double { Double(nanoseconds) * 1e-6 }

  @inlinable
  public static func < (a: Interval, b: Interval) -> Bool { a.nanoseconds < b.nanoseconds }
  @inlinable
  public static func + (a: Interval, b: Interval) -> Interval {
    Interval(nanoseconds: a.nanoseconds + b.nanoseconds)
  }
  @inlinable
  public static func * (a: Interval, factor: Int64) -> Interval {
    Interval(nanoseconds: a.nanoseconds * factor)
  }
}
