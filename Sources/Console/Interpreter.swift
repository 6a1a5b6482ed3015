// SPDX-License-Identifier: Apache-2.0
import Quantities

/// Makes of a line what is to be done; nil where there is nothing to do.
struct Interpreter {
  let console: Console
  let session: ConsoleSession
  let now: Instant

  func run(_ text: String) throws(ConsoleError) -> Outcome? {
    let found = DumpLine.look(text)
    if console.desk.draft?.dump != nil { return try readDump(found) }
    switch found {
    case .plain(let line): return try give(line)
    case .wrong(let line):
      throw .damagedLine(number: 1, text: String(line.prefix(60)), why: "does not fit its check")
    case .right(let line):
      guard line.hasPrefix("begin dump") else {
        throw .damagedLine(
          number: 1, text: String(line.prefix(60)), why: "came without the dump's first line")
      }
      return try give(line)
    }
  }

  private func give(_ line: String) throws(ConsoleError) -> Outcome? {
    let words = line.split(separator: " ").map(String.init)
    // Comments of a dump, and of whoever keeps one in a file.
    guard let name = words.first, !line.hasPrefix("# ") else { return nil }
    guard let command = CommandTable.named(name) else {
      throw .unknownCommand(name, meant: CommandTable.meant(by: name))
    }
    if command.rights == .change { try console.admit(session) }
    return try command.run(
      Call(
        console: console, session: session, command: command, words: Array(words.dropFirst()),
        now: now))
  }

  /// A line of a dump: nothing is said before its end, and nothing done.
  private func readDump(_ found: DumpLine.Found) throws(ConsoleError) -> Outcome? {
    guard console.isInCharge(session) else {
      if case .plain(let line) = found { return try give(line) }
      throw .notInCharge(who: console.holderName ?? "another line")
    }
    switch found {
    case .plain(let line) where line == "abort" || line == "stop": return try give(line)
    case .plain(let line) where line.hasPrefix("#") || line.allSatisfy({ $0 == " " }): break
    case .plain(let line): console.desk.draft?.dump?.spoil(line, why: "has no check")
    case .wrong(let line): console.desk.draft?.dump?.spoil(line, why: "does not fit its check")
    case .right(let line) where line.hasPrefix("apply "): return try give(line)
    case .right(let line) where line.hasPrefix("begin dump"):
      // Pasted again from its first line.
      console.desk.draft = nil
      return try give(line)
    case .right(let line): stage(line)
    }
    return nil
  }

  private func stage(_ line: String) {
    let words = line.split(separator: " ", maxSplits: 2).map(String.init)
    guard words.count == 3, words[0] == "set" else {
      console.desk.draft?.dump?.spoil(line, why: "is no 'set' line")
      return
    }
    console.desk.draft?.dump?.add(line)
    console.desk.draft?.changes[words[1]] = words[2]
  }
}
