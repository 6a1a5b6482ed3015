// SPDX-License-Identifier: Apache-2.0
import Codecs
import Intercom
import Quantities

/// A command, as data: what it is called, takes and does, with a line that shows it.
struct Command: Sendable {
  /// Who may give it.
  enum Rights: Sendable {
    /// Everybody.
    case look
    /// The line in charge; one that nobody holds is taken by whoever changes something first.
    case change
  }

  let name: String
  /// What follows it, as in a manual; empty for nothing.
  let arguments: String
  /// One sentence.
  let summary: String
  /// A line that works; `Tests/ConsoleTests` gives each.
  let example: String
  let rights: Rights
  /// What each of its words is, for completion; the last one for all that follow.
  let words: [WordKind]
  let run: @Sendable (Call) throws(ConsoleError) -> Outcome

  init(
    _ name: String, _ arguments: String, _ rights: Rights, _ summary: String,
    example: String, words: [WordKind] = [],
    run: @escaping @Sendable (Call) throws(ConsoleError) -> Outcome
  ) {
    (self.name, self.arguments, self.rights, self.summary) = (name, arguments, rights, summary)
    (self.example, self.words, self.run) = (example, words, run)
  }

  /// That it was not used as it is meant.
  var usage: ConsoleError { .usage(command: name, arguments: arguments) }
}

/// What a word of a command can be.
enum WordKind: Sendable {
  case command, parameter, value, goal, signal, topic, injection, anything
  case oneOf([String])
}

/// A command that was given.
struct Call {
  let console: Console
  let session: ConsoleSession
  let command: Command
  /// What follows the command.
  let words: [String]
  let now: Instant

  /// The words from one on, as they were typed.
  func rest(from index: Int) -> String { words.dropFirst(index).joined(separator: " ") }

  /// Throws: where there are fewer, or more.
  func expect(_ counts: ClosedRange<Int>) throws(ConsoleError) {
    guard counts.contains(words.count) else { throw command.usage }
  }
}

/// What a command leads to.
enum Outcome {
  case answer(Answer)
  /// The loop has been asked; what it says becomes the answer.
  case waiting(Ticket, finish: (Ticket.Answer) throws(ConsoleError) -> Answer)
  /// Goes on until a key.
  case live(any LiveView)
  /// Frames from here on, or text.
  case frames(Bool)
  case clear
}

/// Something that is shown again and again.
protocol LiveView: AnyObject {
  /// From one time to the next.
  var periodS: Double { get }
  /// - Parameters:
  ///   - size: rows and columns; nil where the terminal only takes line after line.
  func lines(_ console: Console, size: (rows: Int, columns: Int)?) -> [String]
  /// The same for programs.
  func data(_ console: Console) -> JSON
  /// Whether it wants the whole screen, where there is one.
  var fillsScreen: Bool { get }
}
