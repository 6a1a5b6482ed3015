// SPDX-License-Identifier: Apache-2.0
import LinuxBuses
import Quantities
import Safety

/// Tells the service manager of a run, where one started it: systemd with `Type=notify`.
final class ServiceReport {
  private let notice: ServiceNotice
  /// The manager's time, whatever clock the loop goes by.
  private let clock = MonotonicClock()
  private let board: String
  private var state: SafetyState?
  private var active = RefusalSet()

  /// Nil where nobody listens.
  init?(board: String) {
    guard let notice = ServiceNotice() else { return nil }
    (self.notice, self.board) = (notice, board)
  }

  func ready() { notice.ready() }

  /// After a tick, and only then.
  func ticked(_ present: SafetyState, _ reasons: RefusalSet) {
    notice.ticked(now: clock.now)
    guard present != state || reasons != active else { return }
    (state, active) = (present, reasons)
    notice.status("\(board): \(RunReport.name(present, reasons))")
  }

  func stopping() { notice.stopping() }
}
