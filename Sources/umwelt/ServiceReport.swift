// SPDX-License-Identifier: Apache-2.0
import LinuxBuses
import Quantities
import Runtime
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

  /// After every tick, and only then.
  func ticked(_ loop: ControlLoop) {
    notice.ticked(now: clock.now)
    guard loop.gate.state != state || loop.gate.active != active else { return }
    (state, active) = (loop.gate.state, loop.gate.active)
    notice.status("\(board): \(RunReport.name(loop.gate))")
  }

  func stopping() { notice.stopping() }
}
