// SPDX-License-Identifier: Apache-2.0

/// What could come at the end of a line.
struct Completion {
  /// Whole words, sorted.
  let candidates: [String]
  private let typed: String
  private let command: Command?
  private let console: Console

  /// - Parameter line: what is typed left of the cursor.
  init(of line: String, console: Console) {
    self.console = console
    var words = line.split(separator: " ").map(String.init)
    typed = line.hasSuffix(" ") || line.isEmpty ? "" : words.removeLast()
    let typed = typed
    guard let first = words.first else {
      command = nil
      candidates = CommandTable.all.map(\.name).filter { $0.hasPrefix(typed) }.sorted()
      return
    }
    command = CommandTable.named(first)
    guard let command, let last = command.words.last else {
      candidates = []
      return
    }
    let kind =
      command.words.indices.contains(words.count - 1) ? command.words[words.count - 1] : last
    candidates = Self.words(kind, after: words, console).filter { $0.hasPrefix(typed) }.sorted()
  }

  /// What is certain to come next; nil where nothing begins like this.
  var addition: String? {
    guard let first = candidates.first else { return nil }
    let common = candidates.reduce(first) { $0.commonPrefix(with: $1) }
    return String(common.dropFirst(typed.count)) + (candidates.count == 1 ? " " : "")
  }

  /// What somebody who asks at this place wants to know.
  func help(limit: Int) -> [String] {
    guard let command else {
      let rows = CommandTable.all.filter { typed.isEmpty || candidates.contains($0.name) }
        .map { [$0.name, $0.summary] }
      return rows.isEmpty
        ? ["no command begins with '\(typed)'"] : Columns.lines(rows, indent: "  ")
    }
    let head = ["  \(command.name) \(command.arguments)  \(command.summary)"]
    let rows = candidates.prefix(limit).map { name in
      console.desk.settings[name].map { parameter in
        [name, console.desk.settings.value(parameter), parameter.help]
      } ?? [name]
    }
    let rest = candidates.count - rows.count
    return head + Columns.lines(rows, indent: "  ") + (rest > 0 ? ["  ... and \(rest) more"] : [])
  }

  private static func words(
    _ kind: WordKind, after words: [String], _ console: Console
  ) -> [String] {
    switch kind {
    case .command: CommandTable.all.map(\.name)
    case .parameter: console.desk.settings.parameters.map(\.name)
    case .value:
      words.count > 1
        ? console.desk.settings[words[1]].map { parameter in
          parameter.words.isEmpty
            ? [console.desk.settings.value(parameter)] : parameter.words
        } ?? [] : []
    case .goal: console.host.goals
    case .signal: console.signals.map(\.name)
    case .topic: Signal.Topic.allCases.map(\.rawValue) + console.signals.map(\.name)
    case .injection: console.host.injections
    case .oneOf(let words): words
    case .anything:
      words.first == "help"
        ? CommandTable.all.map(\.name) + console.desk.settings.parameters.map(\.name)
          + console.signals.map(\.name) : []
    }
  }
}

extension String {
  fileprivate func commonPrefix(with other: String) -> String {
    String(zip(self, other).prefix { $0 == $1 }.map { $0.0 })
  }
}
