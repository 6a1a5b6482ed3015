// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities
import Threads

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Looks at the computer once a second, on a thread of its own that yields to everybody: a disk
/// that hangs holds up nothing but the news of it.
public final class LinuxComputer: ComputerHealth {
  /// Own choice: heat and disks change no faster.
  public static let period = Interval(nanoseconds: 1_000_000_000)

  private let newest: Mailbox<ComputerState?>
  /// The end of a pipe; the thread ends when it is closed.
  private var leash: Int32

  /// Where no thread is to be had (EAGAIN), nobody looks and `latest` stays nil.
  package init(
    _ reader: ComputerReader, clock: any Clock, period: Interval = LinuxComputer.period
  ) {
    newest = Mailbox(nil)
    leash = -1
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let periodMs = Int32(clamping: period.nanoseconds / 1_000_000)
    let look = Look(reader, clock, newest, leash: ends[0], periodMs: periodMs)
    do throws(ThreadError) {
      try RoleThread(.health) { look.run() }.detach()
    } catch {
      close(ends[1])
      return
    }
    leash = ends[1]
  }

  deinit { if leash >= 0 { close(leash) } }

  public func latest() -> ComputerState? { newest.newest }
}

extension ThreadRole {
  /// Looks how the computer is.
  static let health = ThreadRole("umwelt-health", .leisure)
}

/// The thread's own. It outlives the computer above by one look at most. Unchecked: nobody else
/// has it.
private final class Look: @unchecked Sendable {
  private var reader: ComputerReader
  private let clock: any Clock
  private let newest: Mailbox<ComputerState?>
  private let leash: Int32
  private let periodMs: Int32

  init(
    _ reader: ComputerReader, _ clock: any Clock, _ newest: Mailbox<ComputerState?>,
    leash: Int32, periodMs: Int32
  ) {
    (self.reader, self.clock, self.newest) = (reader, clock, newest)
    (self.leash, self.periodMs) = (leash, periodMs)
  }

  deinit { close(leash) }

  func run() {
    var end = pollfd(fd: leash, events: 0, revents: 0)
    repeat {
      newest.put(reader.read(now: clock.now))
      // SAFETY: one entry, which outlives the call.
    } while poll(&end, 1, periodMs) == 0
  }
}
