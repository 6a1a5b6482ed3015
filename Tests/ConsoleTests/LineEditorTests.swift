// SPDX-License-Identifier: Apache-2.0
import Console
import Quantities
import Testing

@Suite struct LineEditorTests {
  private let commands: [Character: Key] = [
    "A": .control(0x41), "E": .control(0x45), "U": .control(0x55), "W": .control(0x57),
    "K": .control(0x4B), "R": .control(0x52), "B": .control(0x42), "D": .control(0x44),
    "<": .left, ">": .right, "^": .up, "v": .down, "X": .backspace, "|": .delete
  ]

  /// Types; capitals and signs are keys of their own.
  private func typed(_ keys: String, history: [String] = []) -> LineEditor {
    var editor = LineEditor(prompt: "> ", history: history)
    var bytes: [UInt8] = []
    for key in keys {
      _ = editor.take(commands[key] ?? .text(key.asciiValue ?? 0), into: &bytes)
    }
    return editor
  }

  @Test(arguments: [
    ("hello", "hello"), ("helloX", "hell"), ("helloAj", "jhello"), ("ab<<Xc", "cab"),
    ("abA|", "b"), ("abc<K", "ab"), ("abc<U", "c"), ("set a.b cW", "set a.b "),
    ("set a.b  W", "set "), ("abc<<D", "ac"), ("abBBcEd", "cabd"), ("XA<", ""), ("ab>>c", "abc")
  ])
  func keysEdit(keys: String, line: String) { #expect(typed(keys).text == line) }

  @Test func theHistoryGoesUpAndDownAndKeepsWhatWasTyped() {
    let old = ["one", "two"]
    #expect(typed("x^", history: old).text == "two")
    #expect(typed("x^^", history: old).text == "one")
    #expect(typed("x^^^^", history: old).text == "one")
    #expect(typed("x^^v", history: old).text == "two")
    #expect(typed("x^^vvv", history: old).text == "x")
  }

  @Test func linesAreRememberedOnceAndADumpsLinesNever() {
    var editor = LineEditor(prompt: "> ")
    var bytes: [UInt8] = []
    for line in ["status", "status", "", "  ", "set a 1 *ABCD", "arm"] {
      _ = editor.insert(Array(line.utf8), into: &bytes)
      #expect(editor.take(.enter, into: &bytes) == .line(line))
    }
    #expect(editor.history == ["status", "arm"])
  }

  @Test func controlRFindsTheNewestLineAndThenOlderOnes() {
    let old = ["set a 1", "status", "set b 2"]
    #expect(typed("Rset", history: old).text == "set b 2")
    #expect(typed("RsetR", history: old).text == "set a 1")
    #expect(typed("RstaX", history: old).text == "status")
    #expect(typed("RstaA", history: old).text == "status")
    #expect(typed("Rzzz", history: old).text == "")
  }

  @Test func aLineHasAnEnd() {
    var editor = LineEditor(prompt: "> ")
    var bytes: [UInt8] = []
    for _ in 0..<LineEditor.lengthLimit {
      #expect(editor.take(.text(0x61), into: &bytes) == .none)
    }
    #expect(editor.take(.text(0x61), into: &bytes) == .refused)
    #expect(editor.text.count == LineEditor.lengthLimit)
  }

  @Test func controlCForgetsWhatWasTyped() {
    var editor = LineEditor(prompt: "> ")
    var bytes: [UInt8] = []
    _ = editor.insert(Array("arm".utf8), into: &bytes)
    #expect(editor.take(.control(0x43), into: &bytes) == .interrupt)
    #expect(editor.text.isEmpty)
  }

  /// 20,000 random keys, seed 20261124: a terminal without ANSI shows the line, the cursor is where
  /// it is edited, and no key costs more than the row four times over.
  @Test func theRowOfADumbTerminalIsAlwaysTheLine() {
    var random = SeededGenerator(seed: 20_261_124, stream: "keys")
    let width = 40
    var editor = LineEditor(prompt: "> ", history: ["status", "set planner.path_weight 0.25"])
    editor.columns = width
    var terminal = DumbTerminal(columns: width)
    let keys =
      Array(commands.values.filter { $0 != .control(0x52) })
      + (0..<20).map { Key.text(0x61 + UInt8($0)) } + [.text(0x20), .enter]
    for _ in 0..<20_000 {
      var bytes: [UInt8] = []
      let key = keys[Int.random(in: 0..<keys.count, using: &random)]
      _ = editor.take(key, into: &bytes)
      editor.refresh(into: &bytes)
      terminal.show(bytes)
      #expect(bytes.count <= 4 * width)
      guard editor.text.count < width - 4 else {
        #expect(terminal.row.hasPrefix("> ") && terminal.row.count < width)
        continue
      }
      #expect(terminal.row == "> \(editor.text)".trimmedEnd)
      #expect(terminal.column == 2 + editor.textBefore.count)
    }
    #expect(!terminal.isOverrun)
  }
}
