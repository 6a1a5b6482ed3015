// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Faults that a process has on request, to see what its guard makes of them.
enum Drill {
  /// What the thread that runs the loop does from the signal on, wherever it is: in the planner, in
  /// a driver, between ticks.
  static let loops = SIGUSR1
  static let hangs = SIGUSR2

  /// The kernel hands a signal for the process to its first thread, which runs the loop.
  static func prepare() {
    signal(loops) { _ in while true {} }
    signal(hangs) { _ in while true { pause() } }
  }
}
