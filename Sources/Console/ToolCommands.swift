// SPDX-License-Identifier: Apache-2.0
import Board
import Codecs
import Safety

/// The line itself, and what explains the rest.
enum ToolCommands {
  static func take(_ call: Call) throws(ConsoleError) -> Outcome {
    try call.expect(0...0)
    call.console.take(call.session)
    return .answer(Answer("this line is in charge."))
  }

  static func version(_ call: Call) throws(ConsoleError) -> Outcome {
    try call.expect(0...0)
    let board = call.console.desk.settings.board
    return .answer(
      Answer(
        ["umwelt \(call.console.host.version) on \(board.name): \(board.title)"],
        .of(
          ("umwelt", .text(call.console.host.version)), ("board", .text(board.name)),
          ("protocol", .whole(Envelope.version)))))
  }

  static func clear(_ call: Call) throws(ConsoleError) -> Outcome { .clear }

  static func frames(_ call: Call) throws(ConsoleError) -> Outcome { .frames(true) }

  static func text(_ call: Call) throws(ConsoleError) -> Outcome { .frames(false) }

  static func help(_ call: Call) throws(ConsoleError) -> Outcome {
    try call.expect(0...1)
    guard let word = call.words.first else {
      let rows = CommandTable.all.map { ["\($0.name) \($0.arguments)", $0.summary] }
      return .answer(
        Answer(
          Columns.lines(rows)
            + ["tab completes, ? lists what can come, ctrl-R searches, ctrl-X stops the robot"],
          .list(CommandTable.all.map(data))))
    }
    if let command = CommandTable.named(word) {
      return .answer(
        Answer(
          [
            "\(command.name) \(command.arguments)", "  \(command.summary)",
            "  for example: \(command.example)"
          ], data(command)))
    }
    if let parameter = call.console.desk.settings[word] {
      return .answer(
        Answer(
          ParameterCommands.one(parameter, call.console.desk),
          .of(("name", .text(word)), ("help", .text(parameter.help)))))
    }
    if let reason = Refusal(id: word) {
      return .answer(
        Answer(
          ["\(reason.id): \(reason.what)", "  -> \(reason.fix)"],
          .of(("name", .text(word)), ("help", .text(reason.description)))))
    }
    if let signal = call.console.signals.first(where: { $0.name == word }) {
      let words =
        "\(signal.name): a signal of '\(signal.topic.rawValue)'"
        + (signal.unit.isEmpty ? "" : ", in \(signal.unit)")
      return .answer(Answer(words))
    }
    throw .unknownWord(kind: "help about", word: word, meant: meant(by: word, call.console))
  }

  private static func meant(by word: String, _ console: Console) -> String? {
    CommandTable.meant(by: word) ?? console.desk.settings.nearestName(to: word)
      ?? nearest(
        to: word, among: Refusal.allCases.map(\.id) + console.signals.map(\.name))
  }

  private static func data(_ command: Command) -> JSON {
    .of(
      ("name", .text(command.name)), ("arguments", .text(command.arguments)),
      ("summary", .text(command.summary)), ("example", .text(command.example)))
  }
}
