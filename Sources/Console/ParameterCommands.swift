// SPDX-License-Identifier: Apache-2.0
import Board
import Codecs

/// One value after the other.
enum ParameterCommands {
  static func get(_ call: Call) throws(ConsoleError) -> Outcome {
    try call.expect(0...1)
    let desk = call.console.desk
    if let name = call.words.first, let parameter = desk.settings[name] {
      return .answer(Answer(one(parameter, desk), data(parameter, desk)))
    }
    let part = call.words.first ?? ""
    let found = desk.settings.parameters.filter { part.isEmpty || $0.name.contains(part) }
    guard !found.isEmpty else {
      throw .unknownWord(
        kind: "parameter", word: part, meant: desk.settings.nearestName(to: part))
    }
    let rows = found.map { parameter in
      [parameter.name, desk.settings.value(parameter), mark(parameter, desk)]
    }
    return .answer(
      Answer(Columns.lines(rows), .list(found.map { data($0, desk) })))
  }

  static func set(_ call: Call) throws(ConsoleError) -> Outcome {
    guard call.words.count >= 2 else { throw call.command.usage }
    return try change(call, to: call.rest(from: 1))
  }

  static func reset(_ call: Call) throws(ConsoleError) -> Outcome {
    try call.expect(1...1)
    return try change(call, to: nil)
  }

  static func diff(_ call: Call) throws(ConsoleError) -> Outcome {
    try call.expect(0...0)
    let desk = call.console.desk
    let found = desk.settings.parameters.filter {
      desk.settings.overrides[$0.name] != nil || desk.isUnsaved($0.name)
        || desk.waitsForStart($0)
    }
    let rows = found.map { parameter in
      let before = desk.settings.valueBefore(parameter)
      return [
        parameter.name, "\(before) -> \(desk.settings.value(parameter))", mark(parameter, desk)
      ]
    }
    var lines = rows.isEmpty ? ["as the board's files say"] : Columns.lines(rows)
    if let draft = desk.draft {
      lines +=
        ["begun, not committed:"]
        + Columns.lines(
          draft.changes.sorted { $0.key < $1.key }.map { [$0.key, $0.value ?? "(reset)"] },
          indent: "  ")
    }
    return .answer(Answer(lines, .list(found.map { data($0, desk) })))
  }

  static func dump(_ call: Call) throws(ConsoleError) -> Outcome {
    try call.expect(0...1)
    guard call.words.isEmpty || call.words == ["diff"] else { throw call.command.usage }
    let settings = call.console.desk.settings
    let sets = settings.parameters.compactMap { parameter -> String? in
      let value = settings.value(parameter)
      let isMeant = call.words.isEmpty || settings.overrides[parameter.name] != nil
      return isMeant && value != "-" ? "set \(parameter.name) \(value)" : nil
    }
    let lines = DumpReader.written(board: settings.board.name, sets: sets)
    let head = "# umwelt \(call.console.host.version), \(call.console.host.wallTime)"
    return .answer(Answer([head] + lines, .texts(lines)))
  }

  static func save(_ call: Call) throws(ConsoleError) -> Outcome {
    try call.expect(0...0)
    let desk = call.console.desk
    try refuseOpen(call)
    try call.console.host.save(desk.settings)
    desk.noteSaved()
    let values = Columns.counted(desk.settings.overrides.count, "value")
    call.console.note("\(call.session.name) saved \(values)", by: call.session)
    return .answer(Answer("saved \(values); the file before is kept."))
  }

  static func revert(_ call: Call) throws(ConsoleError) -> Outcome {
    try call.expect(0...0)
    try refuseOpen(call)
    let desk = call.console.desk
    return try TransactionCommands.hold(
      try desk.settings.replaced(desk.saved), call, done: "as saved.")
  }

  /// Throws: that something is begun, or on trial.
  static func refuseOpen(_ call: Call) throws(ConsoleError) {
    guard call.console.desk.draft == nil else { throw .alreadyBegun }
    if let left = StatusCommands.trialLeftS(call.console) {
      throw .unconfirmed(leftS: Int(left.rounded(.up)))
    }
  }

  private static func change(_ call: Call, to value: String?) throws(ConsoleError) -> Outcome {
    let (desk, name) = (call.console.desk, call.words[0])
    guard let parameter = desk.settings[name] else {
      throw .unknownWord(
        kind: "parameter", word: name, meant: desk.settings.nearestName(to: name))
    }
    if desk.draft != nil {
      // What is wrong alone is wrong now; what must fit together is looked at by `commit`.
      if let value, parameter.canonical(value) == nil {
        _ = try desk.settings.changed([name: value])
      }
      desk.draft?.changes[name] = .some(value)
      return .answer(Answer("\(name) becomes \(value ?? "what the files say") with `commit`."))
    }
    try refuseOpen(call)
    let before = desk.settings.value(parameter)
    let target = try desk.settings.changed([name: value])
    let restart = parameter.effect == .restart ? ", from the next start on: `save` it" : ""
    return try TransactionCommands.hold(
      target, call, done: "\(name) is \(target.value(parameter)) (was \(before))\(restart).")
  }

  /// All about one.
  static func one(_ parameter: BoardParameter, _ desk: ParameterDesk) -> [String] {
    let effect =
      switch parameter.effect {
      case .live: "at once, also while it drives"
      case .disarmed: "at once, while it is disarmed"
      case .restart: "with the next start"
      }
    var value = desk.settings.value(parameter)
    if desk.waitsForStart(parameter) { value += " (now \(desk.started.value(parameter)))" }
    return [parameter.name + " = " + value]
      + Columns.lines(
        [
          ["what", parameter.help], ["range", parameter.range],
          ["standard", parameter.standard ?? "none: it follows from others, or a file says it"],
          ["from", desk.settings.source(parameter) + (isUnsaved(parameter, desk))],
          ["counts", effect]
        ], indent: "  ")
  }

  private static func isUnsaved(_ parameter: BoardParameter, _ desk: ParameterDesk) -> String {
    desk.isUnsaved(parameter.name) ? ", not saved" : ""
  }

  private static func mark(_ parameter: BoardParameter, _ desk: ParameterDesk) -> String {
    var marks: [String] = []
    if desk.settings.overrides[parameter.name] != nil { marks.append("set") }
    if desk.isUnsaved(parameter.name) { marks.append("not saved") }
    if desk.waitsForStart(parameter) { marks.append("next start") }
    return marks.joined(separator: ", ")
  }

  private static func data(_ parameter: BoardParameter, _ desk: ParameterDesk) -> JSON {
    .of(
      ("name", .text(parameter.name)), ("value", .text(desk.settings.value(parameter))),
      ("standard", .maybe(parameter.standard)), ("range", .text(parameter.range)),
      ("unit", .maybe(parameter.unit)), ("source", .text(desk.settings.source(parameter))),
      ("effect", .text(parameter.effect.rawValue)),
      ("unsaved", .flag(desk.isUnsaved(parameter.name))),
      ("next_start", .flag(desk.waitsForStart(parameter))))
  }
}
