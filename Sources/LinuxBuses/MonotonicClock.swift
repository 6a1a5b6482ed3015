// SPDX-License-Identifier: Apache-2.0
import Buses
import CLinux
import Quantities

/// The machine's CLOCK_MONOTONIC: what edges and frames are stamped with, and what no setting of
/// the time of day moves.
public final class MonotonicClock: Clock {
  public init() {}

  public var now: Instant { Instant(nanoseconds: umwelt_now_ns()) }

  public func sleep(until deadline: Instant) { umwelt_sleep_until_ns(deadline.nanoseconds) }
}
