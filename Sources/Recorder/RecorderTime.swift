// SPDX-License-Identifier: Apache-2.0
import CLinux
import Quantities
import Threads

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension ThreadRole {
  /// Puts what the others record into files.
  static let recorder = ThreadRole("umwelt-recorder", .ordinary)
}

/// The recorder's own time, whatever clock the loop goes by.
enum RecorderTime {
  /// How often its thread looks. A ring must hold what comes in that time, and ten times that.
  static let period = Interval(nanoseconds: 20_000_000)
  /// Of who waits for it in simulated time.
  static let shortWait = Interval(nanoseconds: 200_000)

  static func pause(_ interval: Interval) {
    umwelt_sleep_until_ns(umwelt_now_ns() + interval.nanoseconds)
  }

  /// The wall's time of day, in nanoseconds since 1970.
  static var timeOfDayNs: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// For measuring how long something took.
  static var monotonicNs: Int64 { umwelt_now_ns() }
}
