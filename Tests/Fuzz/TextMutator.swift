// SPDX-License-Identifier: Apache-2.0
import Quantities

/// Changes text line by line, word by word and number by number: most of YAML and CSV stays
/// readable that way, and what is behind the parser is reached.
struct TextMutator {
  private var random: SeededGenerator

  /// The same seed changes the same text in the same way.
  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// Edges of numbers, and what is special in YAML or CSV.
  private static let words = [
    "0", "-1", "1", "0.1", "1e308", "1e-320", "1e400", "nan", ".inf", "-.inf", "inf", "2147483648",
    "4294967296", "9223372036854775807", "-9223372036854775808", "18446744073709551616", "0x7f",
    "0o17", "1_000", "true", "no", "~", "", "\"\"", "''", "[]", "{}", "[1, 2]", "{a: 1}", "&a x",
    "*a", "&a [*a]", "? [*a]", "!!binary x", "|", ">-", "<<: *a", "%TAG ! x", "---", "...", "#",
    "\t", "\u{FEFF}", "\u{0}", "\u{E000}", "\u{1F916}", "e\u{301}", "..", "../board.yaml", "/",
    ".", "100 Hz", "5 V", "-3 m/s^2", "1..2", "0 rad", "200 %", "50 ms", "64 px", ",", "\r", ": "
  ]
  private static let limit = 64 * 1024

  /// Nil where the text would grow beyond what anybody writes.
  mutating func mutate(_ bytes: [UInt8], blindly: ([UInt8]) -> [UInt8]) -> [UInt8]? {
    guard bytes.count < Self.limit else { return nil }
    if below(8) == 0 { return blindly(bytes) }
    let newline = UInt8(ascii: "\n")
    var lines = bytes.split(separator: newline, omittingEmptySubsequences: false).map(Array.init)
    // Mostly one change: with many, next to nothing would be accepted.
    for _ in 0...(below(4) == 0 ? below(4) : 0) { change(&lines) }
    return Array(lines.joined(separator: [newline]))
  }

  private mutating func below(_ count: Int) -> Int {
    count < 2 ? 0 : Int.random(in: 0..<count, using: &random)
  }

  private mutating func change(_ lines: inout [[UInt8]]) {
    if lines.isEmpty { lines = [[]] }
    let (at, other) = (below(lines.count), below(lines.count))
    switch below(18) {
    case 0: lines.insert(lines[other], at: at)
    case 1: if lines.count > 1 { lines.remove(at: at) }
    case 2: lines.swapAt(at, other)
    case 3: indent(&lines[at])
    case 4: repeatRun(&lines, from: at)
    case 5: lines[at] = Array(lines[at].prefix(below(lines[at].count + 1))) + lines[other]
    case 6, 7: replaceToken(&lines[at], with: token(of: lines[other]))
    case 8: insert(&lines[at])
    case 9...14: setDigit(&lines[at])
    default: replaceToken(&lines[at], with: Array(Self.words[below(Self.words.count)].utf8))
    }
  }

  private mutating func indent(_ line: inout [UInt8]) {
    if below(2) == 0, line.first == UInt8(ascii: " ") {
      line.removeFirst(min(2, line.count))
    } else {
      line = [0x20, 0x20] + line
    }
  }

  /// A block of lines once more, up to eight times.
  private mutating func repeatRun(_ lines: inout [[UInt8]], from start: Int) {
    let run = Array(lines[start..<min(lines.count, start + 1 + below(4))])
    for _ in 0...below(8) where lines.count < 4096 { lines.insert(contentsOf: run, at: start) }
  }

  private mutating func insert(_ line: inout [UInt8]) {
    line.insert(
      contentsOf: Array(Self.words[below(Self.words.count)].utf8), at: below(line.count + 1))
  }

  /// Another digit in the place of one.
  private mutating func setDigit(_ line: inout [UInt8]) {
    let digits = line.indices.filter { (0x30...0x39).contains(line[$0]) }
    if digits.isEmpty { return replaceToken(&line, with: token(of: line)) }
    line[digits[below(digits.count)]] = UInt8(0x30 + below(10))
  }

  private mutating func token(of line: [UInt8]) -> [UInt8] {
    let found = tokens(line)
    return found.isEmpty ? [] : Array(line[found[below(found.count)]])
  }

  private mutating func replaceToken(_ line: inout [UInt8], with new: [UInt8]) {
    let found = tokens(line)
    if found.isEmpty { return line += new }
    line.replaceSubrange(found[below(found.count)], with: new)
  }

  /// What stands between blanks, commas, colons and brackets.
  private func tokens(_ line: [UInt8]) -> [Range<Int>] {
    let separators = Set(" ,:[]{}\"'".utf8)
    var result: [Range<Int>] = []
    var start: Int?
    for index in 0...line.count {
      if index < line.count, !separators.contains(line[index]) {
        start = start ?? index
      } else if let first = start {
        result.append(first..<index)
        start = nil
      }
    }
    return result
  }
}
