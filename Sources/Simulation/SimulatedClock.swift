// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// How simulated time relates to the wall clock.
public enum Pace: Sendable {
  /// As fast as the processor goes; thinking takes no simulated time; every run is the same.
  case lockstep
  /// One second a second; the world moves on while the robot thinks.
  case realTime
}

/// The simulated machine's clock: whoever waits on it makes the world go round.
final class SimulatedClock: Clock {
  private let pace: Pace
  private let advance: (Instant) -> Void
  private var present = Instant.zero
  private lazy var wallOrigin = Self.wall()

  init(pace: Pace, advance: @escaping (Instant) -> Void) {
    (self.pace, self.advance) = (pace, advance)
  }

  var now: Instant {
    if pace == .realTime { catchUp(to: Instant(nanoseconds: Self.wall() - wallOrigin)) }
    return present
  }

  func sleep(until deadline: Instant) {
    if pace == .realTime {
      var wake = timespec()
      let at = wallOrigin + deadline.nanoseconds
      wake.tv_sec = time_t(at / 1_000_000_000)
      wake.tv_nsec = Int(at % 1_000_000_000)
      // SAFETY: `wake` outlives the call, which only reads it.
      while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &wake, nil) == EINTR {}
    }
    catchUp(to: deadline)
  }

  private func catchUp(to instant: Instant) {
    guard instant > present else { return }
    advance(instant)
    present = instant
  }

  private static func wall() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
