// SPDX-License-Identifier: Apache-2.0

/// A line that carries its own check: `set safety.ramp 0.3 s *A1B2`.
enum DumpLine {
  /// The line and its check.
  static func sealed(_ line: String) -> String { "\(line) *\(CRC16(line.utf8).text)" }

  /// Whether a line ends as one with a check does, be that right or wrong.
  static func hasCheck(_ line: String) -> Bool { split(line) != nil }

  /// What a line is found to be.
  enum Found: Equatable {
    case plain(String)
    case right(String)
    case wrong(String)
  }

  static func look(_ line: String) -> Found {
    guard let (text, check) = split(line) else { return .plain(line) }
    return CRC16.parse(check) == CRC16(text.utf8).value ? .right(text) : .wrong(text)
  }

  private static func split(_ line: String) -> (String, Substring)? {
    guard let star = line.lastIndex(of: "*"), line[..<star].hasSuffix(" ") else { return nil }
    let check = line[line.index(after: star)...]
    guard check.utf8.count == 4 else { return nil }
    return (String(line[..<star].dropLast()), check)
  }
}
