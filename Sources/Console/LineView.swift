// SPDX-License-Identifier: Apache-2.0

/// The row of a terminal in which a line is edited.
///
/// It sends only what changes, and only what every terminal understands: characters, CR and BS. A
/// line that is longer than the row is shown in part, around the cursor.
struct LineView {
  /// The last column stays free: terminals differ in what happens there.
  var columns = 80
  private var shown: [UInt8] = []
  private var cursor = 0

  private static let backspace: UInt8 = 0x08
  private static let space: UInt8 = 0x20
  private static let cutMark = UInt8(ascii: "<")

  /// Whether the row is empty and the cursor at its start.
  var isBlank: Bool { shown.isEmpty }

  /// Makes the row show a line, its cursor at `place` (an index of the line).
  mutating func show(prompt: [UInt8], line: [UInt8], place: Int, into output: inout [UInt8]) {
    let room = max(columns - 1, 8)
    let prompt = prompt.prefix(room / 2)
    let width = room - prompt.count
    var (row, position) = (line, place)
    if line.count >= width {
      let start = place < width ? 0 : place - width + 1
      row = Array(line[start..<min(start + width, line.count)])
      position = place - start
      if start > 0 { row[0] = Self.cutMark }
    }
    change(to: prompt + row, cursor: prompt.count + position, &output)
  }

  /// Makes the row empty.
  mutating func clear(into output: inout [UInt8]) { change(to: [], cursor: 0, &output) }

  /// The cursor is at the start of a new row, whatever was in the old one.
  mutating func forget() { (shown, cursor) = ([], 0) }

  private mutating func change(to row: [UInt8], cursor place: Int, _ output: inout [UInt8]) {
    let common = zip(shown, row).prefix { $0 == $1 }.count
    if common < max(shown.count, row.count) {
      move(to: common, in: shown, &output)
      output += row[common...]
      let rest = max(shown.count - row.count, 0)
      output += [UInt8](repeating: Self.space, count: rest)
      output += [UInt8](repeating: Self.backspace, count: rest)
      cursor = row.count
    }
    shown = row
    move(to: place, in: row, &output)
  }

  private mutating func move(to place: Int, in row: [UInt8], _ output: inout [UInt8]) {
    if place == 0, cursor > 0 {
      output.append(0x0D)
    } else if place < cursor {
      output += [UInt8](repeating: Self.backspace, count: cursor - place)
    } else if place > cursor {
      output += row[cursor..<place]
    }
    cursor = place
  }
}
