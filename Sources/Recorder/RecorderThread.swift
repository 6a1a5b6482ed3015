// SPDX-License-Identifier: Apache-2.0
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The recorder's own thread: of the ordinary class whatever its maker is of, and without signals,
/// which are others' business.
final class RecorderThread {
  /// How often it looks. A ring must hold what comes in that time, and ten times that.
  static let period = Interval(nanoseconds: 20_000_000)
  /// The errno of a kernel that has no more threads.
  static let noThreads = EAGAIN
  /// Of who waits for it in simulated time.
  static let shortWait = Interval(nanoseconds: 200_000)

  private let thread: pthread_t

  /// What it is given.
  private final class Life: Sendable {
    let work: @Sendable () -> Void
    init(_ work: @escaping @Sendable () -> Void) { self.work = work }
  }

  /// Nil where the kernel has no more threads.
  init?(_ work: @escaping @Sendable () -> Void) {
    // SAFETY: the thread takes over the reference that is made here.
    let context = Unmanaged.passRetained(Life(work))
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setinheritsched(&attributes, Int32(PTHREAD_EXPLICIT_SCHED))
    pthread_attr_setschedpolicy(&attributes, SCHED_OTHER)
    var made = pthread_t()
    let code = pthread_create(
      &made, &attributes,
      { argument in
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        if let argument { Unmanaged<Life>.fromOpaque(argument).takeRetainedValue().work() }
        return nil
      }, context.toOpaque())
    guard code == 0 else {
      context.release()
      return nil
    }
    thread = made
  }

  /// Waits until its work is done. Once.
  func join() { pthread_join(thread, nil) }

  /// Sleeps at most so long.
  static func pause(_ interval: Interval) {
    var time = timespec()
    time.tv_sec = time_t(interval.nanoseconds / 1_000_000_000)
    time.tv_nsec = Int(interval.nanoseconds % 1_000_000_000)
    // SAFETY: `time` outlives the call, which only reads it.
    nanosleep(&time, nil)
  }

  /// The wall's time of day, in nanoseconds since 1970.
  static var timeOfDayNs: Int64 { read(CLOCK_REALTIME) }

  /// For measuring how long something took.
  static var monotonicNs: Int64 { read(CLOCK_MONOTONIC) }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
