// SPDX-License-Identifier: Apache-2.0
import Board
import Codecs
import Intercom
import Quantities
import Safety

/// What the robot does, and what keeps it from more.
enum StatusCommands {
  static func status(_ call: Call) throws(ConsoleError) -> Outcome {
    try call.expect(0...0)
    return .answer(Answer(lines(call.console), data(call.console)))
  }

  static func top(_ call: Call) throws(ConsoleError) -> Outcome {
    try call.expect(0...0)
    return .live(TopView())
  }

  static func tasks(_ call: Call) throws(ConsoleError) -> Outcome {
    try call.expect(0...0)
    return .answer(Answer(taskLines(call.console.snapshot), taskData(call.console.snapshot)))
  }

  static func log(_ call: Call) throws(ConsoleError) -> Outcome {
    try call.expect(0...2)
    var count = 10
    if let word = call.words.first {
      guard word == "tail", call.words.count == 1 || Int(call.words[1]) != nil else {
        throw call.command.usage
      }
      count = call.words.count == 2 ? Int(call.words[1]) ?? count : count
    }
    let events = call.console.events.suffix(max(0, count))
    return .answer(
      Answer(
        events.isEmpty ? ["nothing has happened yet"] : events.map { "\($0.when) \($0.text)" },
        .list(events.map { .of(("at", .text($0.when)), ("text", .text($0.text))) })))
  }

  static func lines(_ console: Console) -> [String] {
    let now = console.snapshot
    let state = now.state
    var lines = ["\(state.kind.rawValue): \(StateWords.meaning(state))"]
    if let reason = state.reason { lines += StateWords.rows([reason]) }
    let bars = now.bars.all.filter { $0 != state.reason && $0 != .notDisarmed }
    if !state.isEnabled, !bars.isEmpty {
      lines += ["what keeps it from being armed:"] + StateWords.rows(bars)
    }
    let others = now.active.all.filter { $0 != state.reason && !bars.contains($0) }
    if !others.isEmpty { lines += ["what else is wrong:"] + StateWords.rows(others) }
    lines += Columns.lines(
      [
        ["loop", loop(console)], ["senses", senses(now)], ["mind", mind(now)],
        ["outputs", outputs(console)], ["parameters", parameters(console)],
        ["in charge", console.holderName ?? "nobody; the first who changes something is"]
      ])
    return lines
  }

  static func data(_ console: Console) -> JSON {
    let now = console.snapshot
    return .of(
      ("state", .text(now.state.kind.rawValue)), ("reason", .maybe(now.state.reason?.id)),
      ("bars", reasons(now.bars.all)), ("active", reasons(now.active.all)),
      ("ticks", .whole(now.ticks)), ("missed", .whole(now.missedTicks)),
      ("silent_s", .maybe(console.silenceS)), ("decisions", .whole(now.decisions)),
      (
        "signals",
        .object(console.signals.map { JSON.Member($0.name, .maybe($0.read(now))) })
      ),
      (
        "parameters",
        .of(
          ("set", .whole(console.desk.settings.overrides.count)),
          ("unsaved", .whole(unsaved(console))), ("restart", .whole(waiting(console))),
          ("open", .flag(console.desk.draft != nil)), ("trial_s", .maybe(trialLeftS(console)))
        )
      ),
      ("in_charge", .maybe(console.holderName)))
  }

  /// Seconds until a commit is taken back; nil without one.
  static func trialLeftS(_ console: Console) -> Double? {
    console.desk.trial.map { max(0, ($0.until - console.now).seconds) }
  }

  private static func reasons(_ reasons: [Refusal]) -> JSON {
    .list(
      reasons.map {
        .of(("id", .text($0.id)), ("what", .text($0.what)), ("fix", .text($0.fix)))
      })
  }

  private static func loop(_ console: Console) -> String {
    let now = console.snapshot
    if let silence = console.silenceS {
      return "STANDS STILL: no tick for \(Digits.fixed(silence, 1)) s, after \(now.ticks)"
    }
    return "\(now.ticks) ticks, \(now.missedTicks) missed; the last took "
      + "\(Digits.short(now.body.lastS * 1000)) ms, the worst "
      + "\(Digits.short(now.body.worstS * 1000)) ms"
  }

  private static func senses(_ now: RobotSnapshot) -> String {
    var parts = ["IMU " + (now.imuAgeS.map { "\(Digits.short($0 * 1000)) ms old" } ?? "silent")]
    if let age = now.frameAgeS { parts.append("frame \(Digits.short(age * 1000)) ms old") }
    if let tilt = now.tiltRad { parts.append("tilt \(Digits.short(tilt * 180 / .pi)) deg") }
    if let speed = now.speedMS { parts.append("speed \(Digits.short(speed)) m/s") }
    if now.busErrors > 0 { parts.append("\(now.busErrors) failed transfers") }
    return parts.joined(separator: ", ")
  }

  private static func mind(_ now: RobotSnapshot) -> String {
    guard now.decisions > 0 else { return "has not decided yet" }
    return "\(now.decisions) decisions, goal \(Digits.short(now.goalDistance)), surprise "
      + "\(Digits.short(now.surprise)), the last used "
      + "\(Digits.fixed(now.planShare.map { $0 * 100 }, 0)) % of its time"
      + (now.isHolding ? ", holds still" : "")
  }

  private static func outputs(_ console: Console) -> String {
    console.signals.filter { $0.topic == .outputs }.map { signal in
      "\(signal.name.dropFirst(4)) \(Digits.fixed(signal.read(console.snapshot), 2))"
    }.joined(separator: ", ")
  }

  private static func parameters(_ console: Console) -> String {
    var parts = ["\(console.desk.settings.overrides.count) differ from the board's files"]
    if unsaved(console) > 0 { parts.append("\(unsaved(console)) not saved") }
    if waiting(console) > 0 { parts.append("\(waiting(console)) wait for the next start") }
    if let left = trialLeftS(console) {
      parts.append("a commit is taken back in \(Digits.fixed(left, 0)) s: `confirm`")
    }
    if console.desk.draft != nil { parts.append("a transaction is open") }
    return parts.joined(separator: ", ")
  }

  private static func unsaved(_ console: Console) -> Int {
    console.desk.settings.parameters.count { console.desk.isUnsaved($0.name) }
  }

  private static func waiting(_ console: Console) -> Int {
    console.desk.settings.parameters.count { console.desk.waitsForStart($0) }
  }

  static func taskLines(_ now: RobotSnapshot) -> [String] {
    let rows = roles(now).map { name, role in
      [
        name, "\(role.runs)", "\(role.late)", "\(Digits.short(role.lastS * 1000)) ms",
        "\(Digits.short(role.worstS * 1000)) ms",
        role.periodS.map { "\(Digits.short($0 * 1000)) ms" } ?? "-",
        role.periodS.map { "\(Digits.fixed(role.lastS / $0 * 100, 0)) %" } ?? "-"
      ]
    }
    return Columns.lines([["task", "runs", "late", "last", "worst", "of", "share"]] + rows)
  }

  static func taskData(_ now: RobotSnapshot) -> JSON {
    .list(
      roles(now).map { name, role in
        .of(
          ("task", .text(name)), ("runs", .whole(role.runs)), ("late", .whole(role.late)),
          ("last_s", .number(role.lastS)), ("worst_s", .number(role.worstS)),
          ("period_s", .maybe(role.periodS)))
      })
  }

  private static func roles(_ now: RobotSnapshot) -> [(String, RobotSnapshot.Role)] {
    [("body", now.body), ("camera", now.camera), ("mind", now.mind)]
  }
}

/// `top`.
final class TopView: LiveView {
  let periodS = 0.5
  let fillsScreen = true

  func lines(_ console: Console, size: (rows: Int, columns: Int)?) -> [String] {
    let all =
      StatusCommands.lines(console) + [""] + StatusCommands.taskLines(console.snapshot)
      + ["", "any key ends this; ctrl-X stops the robot"]
    guard let size else { return all }
    return all.prefix(size.rows - 1).map { String($0.prefix(size.columns - 1)) }
  }

  func data(_ console: Console) -> JSON { StatusCommands.data(console) }
}
