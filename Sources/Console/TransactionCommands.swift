// SPDX-License-Identifier: Apache-2.0
import Board
import Quantities

/// Many values at once, and the way back.
enum TransactionCommands {
  static func begin(_ call: Call) throws(ConsoleError) -> Outcome {
    try ParameterCommands.refuseOpen(call)
    let desk = call.console.desk
    if call.words.first == "dump" {
      try call.expect(2...2)
      let (name, this) = (call.words[1], desk.settings.board.name)
      guard name == this else { throw .otherBoard(name, this: this) }
      desk.draft = ParameterDesk.Draft(dump: DumpReader())
      return .answer(.silent)
    }
    try call.expect(0...0)
    desk.draft = ParameterDesk.Draft()
    return .answer(Answer("begun: `set` what you like, `commit` applies all of it or nothing."))
  }

  static func commit(_ call: Call) throws(ConsoleError) -> Outcome {
    try call.expect(0...1)
    let seconds = call.words.first.map(Double.init) ?? ParameterDesk.trialS
    guard let seconds, seconds >= 1, seconds <= ParameterDesk.trialLimitS else {
      throw call.command.usage
    }
    guard let draft = call.console.desk.draft else { throw .nothingBegun }
    return try tryOut(draft, call, seconds: seconds)
  }

  static func apply(_ call: Call) throws(ConsoleError) -> Outcome {
    try call.expect(2...2)
    guard let count = Int(call.words[0]) else { throw call.command.usage }
    guard let draft = call.console.desk.draft, let dump = draft.dump else {
      throw .nothingBegun
    }
    // Whatever comes of it, the dump is over.
    call.console.desk.draft = nil
    try dump.finish(count: count, check: call.words[1])
    return try tryOut(draft, call, seconds: ParameterDesk.trialS)
  }

  static func confirm(_ call: Call) throws(ConsoleError) -> Outcome {
    try call.expect(0...0)
    guard let trial = call.console.desk.trial, trial.failure == nil else {
      throw .nothingToConfirm
    }
    call.console.desk.trial = nil
    call.console.note(
      "\(call.session.name) confirmed what \(trial.who) committed", by: call.session)
    return .answer(Answer("confirmed; `save` keeps it for the next start."))
  }

  static func abort(_ call: Call) throws(ConsoleError) -> Outcome {
    try call.expect(0...0)
    if call.console.desk.draft != nil {
      call.console.desk.draft = nil
      return .answer(Answer("forgotten; nothing was changed."))
    }
    guard call.console.desk.trial != nil else { throw .nothingBegun }
    call.console.desk.trial?.failure = "\(call.session.name) aborted it"
    return .answer(Answer("taking it back."))
  }

  static func history(_ call: Call) throws(ConsoleError) -> Outcome {
    try call.expect(0...0)
    let changes = call.console.desk.changes
    let lines = changes.enumerated().flatMap { index, change in
      ["\(changes.count - index)  \(change.when)  \(change.who)"]
        + Columns.lines(change.values.map { [$0.name, "\($0.old) -> \($0.new)"] }, indent: "     ")
    }
    return .answer(
      Answer(
        lines.isEmpty ? ["nothing was changed since the start"] : lines,
        .list(
          changes.map { change in
            .of(
              ("at", .text(change.when)), ("who", .text(change.who)),
              (
                "values",
                .list(
                  change.values.map {
                    .of(
                      ("name", .text($0.name)), ("old", .text($0.old)), ("new", .text($0.new)))
                  })
              ))
          })))
  }

  static func rollback(_ call: Call) throws(ConsoleError) -> Outcome {
    try call.expect(0...1)
    try ParameterCommands.refuseOpen(call)
    let changes = call.console.desk.changes
    let count = call.words.first.map { Int($0) ?? 0 } ?? 1
    guard count >= 1 else { throw call.command.usage }
    guard count <= changes.count else { throw .noSuchChange(count) }
    let target = changes[changes.count - count].before
    return try hold(target, call, done: "the last \(count) taken back.") {
      // The way back is no change of its own: the list ends where it did then.
      call.console.desk.forget(count + 1)
    }
  }

  /// Applies a draft, to be taken back unless somebody confirms it.
  private static func tryOut(
    _ draft: ParameterDesk.Draft, _ call: Call, seconds: Double
  ) throws(ConsoleError) -> Outcome {
    let desk = call.console.desk
    let before = desk.settings
    let target = try before.changed(draft.changes)
    let count = desk.differences(from: before, to: target).count
    guard count > 0 else {
      desk.draft = nil
      return .answer(Answer("nothing to change: all of it holds already."))
    }
    let values = Columns.counted(count, "value") + (count == 1 ? " holds" : " hold")
    let time = Digits.fixed(seconds, seconds < 10 ? 1 : 0)
    let words =
      "\(values) now. `confirm` within \(time) s, or "
      + (count == 1 ? "it is" : "they are") + " taken back."
    return try hold(target, call, done: words) {
      desk.draft = nil
      desk.trial = ParameterDesk.Trial(
        before: before, until: call.console.now + Interval(seconds: seconds),
        who: call.session.name)
    }
  }

  /// Has the loop take these settings, and holds them once it has.
  static func hold(
    _ target: BoardSettings, _ call: Call, done: String, then: @escaping () -> Void = {}
  ) throws(ConsoleError) -> Outcome {
    let (console, session) = (call.console, call.session)
    guard
      let change = try console.desk.change(
        to: target, mayMove: console.snapshot.state.isEnabled)
    else {
      console.hold(target, by: session)
      then()
      return .answer(Answer(done))
    }
    return RobotCommands.asking(
      .change(change), call, "weigh otherwise: its mind does not plan with a model", done
    ) {
      console.hold(target, by: session)
      then()
    }
  }
}
