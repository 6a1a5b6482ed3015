// SPDX-License-Identifier: Apache-2.0
import Codecs

/// What a command says: lines for people, and the same as values for programs.
public struct Answer: Equatable, Sendable {
  public var lines: [String]
  public var data: JSON

  public init(_ lines: [String], _ data: JSON) { (self.lines, self.data) = (lines, data) }

  init(_ line: String) { self.init([line], .of(("text", .text(line)))) }

  /// Nothing to say: a line of a dump that is well.
  static let silent = Answer([], .of(("text", .text(""))))
}

/// Text in columns, one space more between them than in the longest.
enum Columns {
  static func lines(_ rows: [[String]], indent: String = "") -> [String] {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in
      rows.compactMap { $0.indices.contains(column + 1) ? $0[column].count : nil }.max() ?? 0
    }
    return rows.map { row in
      var line = indent
      for (column, text) in row.enumerated() {
        line += column + 1 < row.count ? padded(text, to: widths[column] + 2) : text
      }
      return line
    }
  }

  /// "1 value", "2 values".
  static func counted(_ count: Int, _ word: String) -> String {
    "\(count) \(word)\(count == 1 ? "" : "s")"
  }

  static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  /// A text in lines of at most so many columns, broken at spaces.
  static func wrapped(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " \(word)"
    }
    return line.isEmpty ? lines : lines + [line]
  }
}

/// Numbers for people.
enum Digits {
  /// With so many decimals; "-" where there is none.
  static func fixed(_ value: Double?, _ decimals: Int) -> String {
    guard let value, value.isFinite, abs(value) < 1e12 else { return "-" }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let units = Int64((abs(value) * scale).rounded())
    let sign = value < 0 && units != 0 ? "-" : ""
    let whole = units / Int64(scale)
    guard decimals > 0 else { return "\(sign)\(whole)" }
    let rest = "\(units % Int64(scale))"
    return "\(sign)\(whole)." + String(repeating: "0", count: decimals - rest.count) + rest
  }

  /// Three digits that count: 0.123, 1.23, 123.
  static func short(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "-" }
    let size = abs(value)
    return fixed(value, size < 1 ? 3 : size < 10 ? 2 : size < 100 ? 1 : 0)
  }
}
