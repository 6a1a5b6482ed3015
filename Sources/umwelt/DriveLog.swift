// SPDX-License-Identifier: Apache-2.0
import Quantities
import Runtime

/// What comes of a run on real chips while somebody looks on.
struct DriveLog {
  private(set) var report: RunReport
  private var times = LoopTimes()
  private var decisionsSeen = 0
  private var beganAt: Instant?

  init(_ report: RunReport) { self.report = report }

  mutating func add(_ tick: TickRecord) {
    times.add(tick)
    report.count(tick.command)
  }

  /// Notes how it stands; what a viewer is shown of a decision that is new.
  mutating func look(_ status: LoopStatus) -> Moment? {
    let began = beganAt ?? status.at
    beganAt = began
    report.seconds = (status.at - began).seconds
    guard status.decisions > decisionsSeen, let decision = status.lastDecision else { return nil }
    decisionsSeen = status.decisions
    report.note(decision)
    return Moment(
      seconds: report.seconds, decision: decision,
      state: RunReport.name(status.state, status.active),
      tickMs: decision.tookS * 1000, frame: status.frame?.pixels, plan: [])
  }

  func finish(_ status: LoopStatus, ticksLost: Int) -> RunReport {
    var report = report
    (report.state, report.active) = (status.state, status.active.all)
    (report.decisions, report.missedTicks) = (status.decisions, status.missedTicks)
    report.times = times
    report.ticksLost = ticksLost
    return report
  }
}
