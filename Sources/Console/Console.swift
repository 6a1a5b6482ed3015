// SPDX-License-Identifier: Apache-2.0
import Board
import Intercom
import Quantities
import Safety

/// What all lines to one robot share: its settings, who is in charge, and what happened.
///
/// The service calls `step` often, and gives each line what came over it. Nothing here waits, and
/// nothing here is the control loop's: what the robot shall do goes over `ConsoleRobot`. Thread:
/// one, the console's.
public final class Console {
  /// As many lines of what happened are kept.
  static let eventLimit = 500
  /// A loop that has not told anything for so long stands still, seconds. Fifty ticks of the
  /// slowest board: nobody types `status` because of less.
  static let silenceS = 0.5

  /// One line of what happened.
  struct Event {
    var number: Int
    var when: String
    var text: String
    /// Whose doing it was: that line knows.
    var who: String?
    /// Whether it is told on the lines, and not only kept.
    var isTold = true
  }

  let robot: any ConsoleRobot
  let host: any ConsoleHost
  let desk: ParameterDesk
  let signals: [Signal]
  private(set) var snapshot: RobotSnapshot
  private(set) var now = Instant.zero
  private(set) var events: [Event] = []
  /// The line that may change things; nil while nobody does.
  private weak var holder: ConsoleSession?
  private var lastTicks = -1
  private var lastTickAt = Instant.zero
  private var lastState: SafetyState?
  private var lastStopAt: Instant?
  private var isStopping = false
  private var rollback: Ticket?
  private var rollbackSentAt = Instant.zero

  public init(robot: any ConsoleRobot, host: any ConsoleHost, settings: BoardSettings) {
    (self.robot, self.host) = (robot, host)
    desk = ParameterDesk(settings)
    signals = Signal.all(outputs: settings.board.actuators.map(\.name))
    snapshot = robot.snapshot
  }

  /// Looks at the robot; takes back what was not confirmed in time.
  public func step(_ now: Instant) {
    self.now = now
    snapshot = robot.snapshot
    if snapshot.ticks != lastTicks { (lastTicks, lastTickAt) = (snapshot.ticks, now) }
    noticeState()
    watchTrial()
  }

  /// How long the loop has told nothing; nil while it goes on.
  var silenceS: Double? {
    let seconds = (now - lastTickAt).seconds
    return seconds > Self.silenceS ? seconds : nil
  }

  /// The name of the line in charge; nil while there is none.
  var holderName: String? { holder?.name }

  /// Lets a line change things, or says who does.
  func admit(_ session: ConsoleSession) throws(ConsoleError) {
    if let holder, holder !== session { throw .notInCharge(who: holder.name) }
    holder = session
  }

  func take(_ session: ConsoleSession) {
    if let holder, holder !== session {
      note("\(session.name) takes over from \(holder.name)", by: session)
    }
    holder = session
  }

  func isInCharge(_ session: ConsoleSession) -> Bool { holder === session }

  /// Stops the robot, whoever asks.
  func stop(by session: ConsoleSession) {
    robot.stop()
    // A key that is held down is one thing that happened.
    let isNew = lastStopAt.map { (now - $0).seconds > 1 } ?? true
    lastStopAt = now
    if isNew { note("stop by \(session.name)", by: session) }
  }

  /// Puts it on record, and tells it on every line but the one whose doing it is.
  func note(_ text: String, by session: ConsoleSession? = nil, isTold: Bool = true) {
    let when = host.wallTime
    events.append(
      Event(
        number: (events.last?.number ?? 0) + 1, when: when, text: text, who: session?.name,
        isTold: isTold))
    if events.count > Self.eventLimit { events.removeFirst() }
    host.note("\(when) \(text)")
  }

  /// Settings hold from here on.
  func hold(_ target: BoardSettings, by session: ConsoleSession) {
    let change = desk.take(target, who: session.name, when: host.wallTime)
    for value in change.values {
      note("\(session.name) set \(value.name) to \(value.new) (was \(value.old))", by: session)
    }
  }

  private func noticeState() {
    let state = snapshot.state
    defer { lastState = state }
    guard let lastState, lastState != state else { return }
    // Without a reason somebody asked for it, which is told already.
    note(StateWords.change(to: state), isTold: state.reason != nil)
    // Whatever ended the drive, the values it was driven with are not proven.
    guard let trial = desk.trial, trial.failure == nil, lastState.isEnabled,
      let reason = state.reason, !state.isFollowing
    else { return }
    desk.trial?.failure = "the robot stopped: \(reason.what)"
  }

  private func watchTrial() {
    guard let trial = desk.trial else { return }
    if trial.failure == nil, now >= trial.until { desk.trial?.failure = "nobody confirmed it" }
    if let failure = desk.trial?.failure { takeBack(trial, failure) }
  }

  /// One step back to what held before a trial: where limits change, the robot stops first.
  private func takeBack(_ trial: ParameterDesk.Trial, _ failure: String) {
    if let ticket = rollback {
      if case .done = ticket.answer { return finishTakingBack(trial, failure) }
      let isOver = ticket.answer != nil || (now - rollbackSentAt).seconds > 1
      guard isOver, ticket.answer != nil || ticket.cancel() else { return }
      rollback = nil
    }
    let change: SettingsChange?
    do throws(ConsoleError) {
      change = try desk.change(to: trial.before, mayMove: snapshot.state.isEnabled)
    } catch {
      // A ramp to a stop is not cut short for this.
      let isDriving = snapshot.state.isFollowing || snapshot.state == .arming
      if !isStopping, isDriving {
        robot.stop()
        isStopping = true
      }
      return
    }
    guard let change else { return finishTakingBack(trial, failure) }
    let ticket = Ticket(.change(change))
    guard robot.send(ticket) else { return }
    (rollback, rollbackSentAt) = (ticket, now)
  }

  private func finishTakingBack(_ trial: ParameterDesk.Trial, _ failure: String) {
    (rollback, isStopping, desk.trial) = (nil, false, nil)
    let change = desk.take(trial.before, who: "the console", when: host.wallTime)
    desk.forget(2)
    note("taken back (\(failure)): \(change.values.map(\.name).joined(separator: ", "))")
  }
}
