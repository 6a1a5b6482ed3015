// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities
import Simulation

/// The loop's clock, broken on purpose; the world and its chips go by the true one.
final class FaultyClock: Clock {
  var fault = Fault.ok {
    didSet {
      if fault == .wrong { offset = offset + Self.step * -1 }
      isStalling = fault == .delayed
    }
  }
  /// What the clock goes back by.
  private static let step = Interval(nanoseconds: 1_000_000_000)
  private static let stall = Interval(nanoseconds: 2_000_000_000)
  /// How late it wakes: three periods of 100 Hz; now and then a fifth of a second.
  private static let late = Interval(nanoseconds: 30_000_000)
  private static let hiccup = Interval(nanoseconds: 200_000_000)
  private static let hiccupEvery = 50

  private let inner: any Clock
  private var offset = Interval(nanoseconds: 0)
  private var isStalling = false
  private var count = 0

  init(_ inner: any Clock) { self.inner = inner }

  var now: Instant { inner.now + offset }

  func sleep(until deadline: Instant) {
    count += 1
    var wake = deadline + offset * -1
    switch fault {
    case .slow: wake = wake + Self.late
    case .intermittent where count % Self.hiccupEvery == 0: wake = wake + Self.hiccup
    case .delayed where isStalling:
      isStalling = false
      wake = wake + Self.stall
    default: break
    }
    inner.sleep(until: wake)
  }
}

/// The same hardware by another clock.
final class OtherClockHardware: HardwareLayer {
  let clock: any Clock
  let inner: any Hardware

  init(_ inner: any Hardware, clock: any Clock) { (self.inner, self.clock) = (inner, clock) }
}
