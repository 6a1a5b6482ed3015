// SPDX-License-Identifier: Apache-2.0

/// A line that is edited: keys in, bytes for the terminal out, and what was meant by it.
///
/// The same keys as in a shell: ctrl-A E B F, U W K, P N, R, L, C, arrows, home, end, delete.
/// Pure: no terminal, no clock. Every key costs a bounded number of bytes, a row's width at most.
public struct LineEditor {
  /// What the key leads to.
  public enum Event: Equatable, Sendable {
    case none
    /// Enter: this line.
    case line(String)
    /// Ctrl-C: what was typed is forgotten, and whatever goes on should end.
    case interrupt
    /// Ctrl-D on an empty line.
    case end
    /// Tab and `?`: what could come here.
    case completion, help
    /// Ctrl-L.
    case redraw
    /// Longer than a line may be, or no character of ours.
    case refused
  }

  /// A line may be this long.
  public static let lengthLimit = 1024
  /// As many lines are remembered.
  public static let historyLimit = 500

  /// Before the line.
  public var prompt: String
  /// How wide the terminal is.
  public var columns: Int {
    get { view.columns }
    set { view.columns = min(max(newValue, 16), 500) }
  }
  /// Nothing is shown while many bytes come at once; `refresh` shows what became of them.
  public var isQuiet = false
  /// The oldest first.
  public private(set) var history: [String]

  private(set) var line: [UInt8] = []
  private(set) var place = 0
  private var view = LineView()
  private var pastLine: Int?
  private var draft: [UInt8] = []
  /// What is looked for in the history; nil while nothing is.
  private var search: [UInt8]?

  public init(prompt: String, history: [String] = []) {
    (self.prompt, self.history) = (prompt, history.suffix(Self.historyLimit))
  }

  /// What is typed so far.
  public var text: String { String(decoding: line, as: UTF8.self) }

  /// What is left of the cursor.
  public var textBefore: String { String(decoding: line[..<place], as: UTF8.self) }

  public mutating func take(_ key: Key, into output: inout [UInt8]) -> Event {
    // A paste asks nothing: answers would cost more than its bytes.
    if isQuiet { search = nil }
    if search != nil, let event = searching(key, into: &output) { return event }
    switch key {
    case .tab where isQuiet, .control(UInt8(ascii: "R")) where isQuiet: return .refused
    case .text(UInt8(ascii: "?")) where !isQuiet: return .help
    case .text(let byte): return insert([byte], into: &output)
    case .enter: return .line(submit(into: &output))
    case .tab: return .completion
    case .control(UInt8(ascii: "C")):
      leave("^C", into: &output)
      return .interrupt
    case .control(UInt8(ascii: "D")) where line.isEmpty: return .end
    case .control(UInt8(ascii: "L")): return .redraw
    case .unknown: return .refused
    default:
      edit(key)
      refresh(into: &output)
      return .none
    }
  }

  /// Puts bytes in at the cursor, as if typed.
  public mutating func insert(_ bytes: [UInt8], into output: inout [UInt8]) -> Event {
    guard line.count + bytes.count <= Self.lengthLimit else { return .refused }
    line.insert(contentsOf: bytes, at: place)
    place += bytes.count
    refresh(into: &output)
    return .none
  }

  /// Shows the line as it is, unless quiet.
  public mutating func refresh(into output: inout [UInt8]) {
    guard !isQuiet else { return }
    if let search {
      let title = Array("(search) ".utf8) + search + Array(": ".utf8)
      view.show(prompt: title, line: line, place: place, into: &output)
    } else {
      view.show(prompt: Array(prompt.utf8), line: line, place: place, into: &output)
    }
  }

  /// Takes the line away from the terminal, for other output; `refresh` brings it back.
  public mutating func hide(into output: inout [UInt8]) { view.clear(into: &output) }

  /// The screen was cleared, or is another one.
  public mutating func forgetScreen() { view.forget() }

  private mutating func submit(into output: inout [UInt8]) -> String {
    place = line.count
    refresh(into: &output)
    if !view.isBlank { output += [0x0D, 0x0A] }
    view.forget()
    let submitted = text
    remember(submitted)
    (line, place, pastLine, draft) = ([], 0, nil, [])
    return submitted
  }

  private mutating func leave(_ mark: String, into output: inout [UInt8]) {
    place = line.count
    refresh(into: &output)
    output += Array(mark.utf8) + [0x0D, 0x0A]
    view.forget()
    (line, place, pastLine, search, draft) = ([], 0, nil, nil, [])
  }

  private mutating func remember(_ line: String) {
    guard !line.allSatisfy({ $0 == " " }), line != history.last else { return }
    // A dump's lines would push out all that a person typed.
    guard !DumpLine.hasCheck(line) else { return }
    history.append(line)
    if history.count > Self.historyLimit { history.removeFirst() }
  }

  private mutating func edit(_ key: Key) {
    switch key {
    case .left, .control(UInt8(ascii: "B")): place = max(place - 1, 0)
    case .right, .control(UInt8(ascii: "F")): place = min(place + 1, line.count)
    case .home, .control(UInt8(ascii: "A")): place = 0
    case .end, .control(UInt8(ascii: "E")): place = line.count
    case .backspace where place > 0:
      line.remove(at: place - 1)
      place -= 1
    case .delete, .control(UInt8(ascii: "D")): if place < line.count { line.remove(at: place) }
    case .control(UInt8(ascii: "U")): (line, place) = (Array(line[place...]), 0)
    case .control(UInt8(ascii: "K")): line = Array(line[..<place])
    case .control(UInt8(ascii: "W")): removeWord()
    case .up, .control(UInt8(ascii: "P")): go(back: 1)
    case .down, .control(UInt8(ascii: "N")): go(back: -1)
    case .control(UInt8(ascii: "R")): (search, draft) = ([], line)
    default: break
    }
  }

  private mutating func removeWord() {
    var start = place
    while start > 0, line[start - 1] == 0x20 { start -= 1 }
    while start > 0, line[start - 1] != 0x20 { start -= 1 }
    line.removeSubrange(start..<place)
    place = start
  }

  private mutating func go(back steps: Int) {
    let now = pastLine ?? history.count
    let next = min(max(now - steps, 0), history.count)
    guard next != now else { return }
    if now == history.count { draft = line }
    (line, pastLine) = next == history.count ? (draft, nil) : (Array(history[next].utf8), next)
    place = line.count
  }

  /// One key of a search; nil where the key ends it and means what it always does.
  private mutating func searching(_ key: Key, into output: inout [UInt8]) -> Event? {
    guard var wanted = search else { return nil }
    switch key {
    case .text(let byte):
      wanted.append(byte)
      find(wanted, before: history.count)
    case .backspace:
      wanted = wanted.dropLast()
      find(wanted, before: history.count)
    case .control(UInt8(ascii: "R")): find(wanted, before: pastLine ?? history.count)
    case .control(UInt8(ascii: "G")), .control(UInt8(ascii: "C")):
      (line, place, search, pastLine) = (draft, draft.count, nil, nil)
      refresh(into: &output)
      return Event.none
    default:
      search = nil
      return nil
    }
    refresh(into: &output)
    return Event.none
  }

  /// The newest line before that has these bytes in it; stays where there is none.
  private mutating func find(_ wanted: [UInt8], before end: Int) {
    guard wanted.count <= Self.lengthLimit else { return }
    search = wanted
    let text = String(decoding: wanted, as: UTF8.self)
    guard !text.isEmpty, let found = history[..<end].lastIndex(where: { $0.contains(text) })
    else { return }
    (pastLine, line) = (found, Array(history[found].utf8))
    place = line.count
  }
}
