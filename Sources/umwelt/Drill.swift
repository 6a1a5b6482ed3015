// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Faults that a process has on request, to see what its guard makes of them.
enum Drill {
  /// What the loop's thread does from the signal on, wherever it is: in a driver, in the gate,
  /// between ticks.
  static let loops = SIGUSR1
  static let hangs = SIGUSR2
  /// It takes all the memory that it can get, which is limited first; what asks for more then ends
  /// the process.
  static let exhausts = SIGURG
  /// What it gets besides what it has.
  private static let ration = 64 << 20

  /// Before any thread is made: none of them takes these signals unless it asks for them.
  static func prepare() {
    signal(loops) { _ in while true {} }
    signal(hangs) { _ in while true { pause() } }
    signal(exhausts) { _ in Drill.exhaust() }
    change(SIG_BLOCK)
  }

  /// The loop's thread takes the signals from here on.
  static func takeSignals() { change(SIG_UNBLOCK) }

  private static func change(_ how: Int32) {
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [loops, hangs, exhausts] { sigaddset(&signals, signal) }
    pthread_sigmask(how, &signals, nil)
  }

  private static func exhaust() {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    // The address space is larger than what is resident; what is mapped already stays.
    let bytes = rlim_t(usage.ru_maxrss) * 1024 + rlim_t(ration)
    var limit = rlimit(rlim_cur: bytes, rlim_max: rlim_t.max)
    setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
    while let block = malloc(1 << 16) { memset(block, 1, 1 << 16) }
    while let block = malloc(64) { memset(block, 1, 64) }
  }
}
