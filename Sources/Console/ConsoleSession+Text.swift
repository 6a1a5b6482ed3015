// SPDX-License-Identifier: Apache-2.0

/// What a line says to people.
extension ConsoleSession {
  /// As many names are shown at once.
  private static let listLimit = 60

  func finish(_ entry: Entry, _ result: Result<Answer, ConsoleError>) {
    if entry.isFrame { return finishFrame(entry, result) }
    switch result {
    case .success(let answer): say(answer.lines)
    case .failure(let error):
      say(
        error.what.split(separator: "\n").map { "error: \($0)" }
          + error.fix.split(separator: "\n").map { "  -> \($0)" })
    }
  }

  /// Lines above the one that is edited.
  func say(_ lines: [String]) {
    guard !lines.isEmpty else { return }
    var bytes: [UInt8] = []
    editor.hide(into: &bytes)
    for line in lines { bytes += Array(line.utf8) + [0x0D, 0x0A] }
    output.add(bytes)
  }

  func refresh() {
    guard !isFramed, live == nil else { return }
    var bytes: [UInt8] = []
    editor.refresh(into: &bytes)
    output.add(bytes)
  }

  func clearScreen() {
    if hasAnsi { output.add(Array("\u{1B}[2J\u{1B}[H".utf8)) }
    editor.forgetScreen()
    askSize()
    refresh()
  }

  func complete() {
    let found = Completion(of: editor.textBefore, console: console)
    if let typed = found.addition, !typed.isEmpty {
      var bytes: [UInt8] = []
      _ = editor.insert(Array(typed.utf8), into: &bytes)
      output.add(bytes)
    } else if found.candidates.count > 1 {
      say(names(found.candidates))
      refresh()
    } else {
      output.add([0x07])
    }
  }

  func showHelp() {
    var bytes: [UInt8] = []
    editor.refresh(into: &bytes)
    output.add(bytes + [0x0D, 0x0A])
    editor.forgetScreen()
    say(Completion(of: editor.textBefore, console: console).help(limit: Self.listLimit))
    refresh()
  }

  private func names(_ all: [String]) -> [String] {
    let shown = all.prefix(Self.listLimit)
    let width = (shown.map(\.count).max() ?? 1) + 2
    let columns = max(1, (editor.columns - 1) / width)
    var lines = stride(from: 0, to: shown.count, by: columns).map { start in
      shown[start..<min(start + columns, shown.count)]
        .map { Columns.padded($0, to: width) }.joined()
    }
    if all.count > shown.count { lines.append("... and \(all.count - shown.count) more") }
    return lines
  }
}
