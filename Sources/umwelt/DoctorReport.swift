// SPDX-License-Identifier: Apache-2.0
import Diagnosis

/// The doctor's findings, for people and for programs.
struct DoctorReport {
  let board: String
  let findings: [Finding]

  /// 0 fine or notes, 1 warnings, 3 errors; a board file that does not load is 2.
  var exitCode: Int32 {
    if findings.contains(where: { $0.id == .boardFile }) { return 2 }
    switch Doctor.worst(of: findings) {
    case .ok, .note: return 0
    case .warning: return 1
    case .error: return 3
    }
  }

  /// One line for what is fine; for the rest also why it matters and, behind an arrow, what to do.
  /// What is to be typed is never broken.
  func text(isColoured: Bool, columns: Int) -> String {
    var lines: [String] = []
    var area: Finding.Area?
    for finding in findings {
      let isNew = finding.area != area
      area = finding.area
      let level = finding.level.rawValue.padded(to: 7)
      let shown = isColoured ? Self.colour(finding.level) + level + "\u{1B}[0m" : level
      let name = (isNew ? finding.area.rawValue : "").padded(to: Self.indent - 9)
      let place = finding.place.isEmpty ? "" : "\(finding.place): "
      let margin = "".padded(to: Self.indent)
      let width = max(40, columns - Self.indent)
      let what = Self.wrapped(place + finding.what, width)
      lines.append("\(shown)  \(name)\(what[0])")
      lines += (what.dropFirst() + Self.wrapped(finding.why, width)).filter { !$0.isEmpty }
        .map { margin + $0 }
      lines += finding.fix.map { "\(margin)-> \($0)" }
    }
    return (lines + ["", summary]).joined(separator: "\n")
  }

  private static let indent = 22

  /// Broken between words; at least one line.
  private static func wrapped(_ text: String, _ width: Int) -> [String] {
    var lines = [""]
    for word in text.split(separator: " ") {
      let line = lines[lines.count - 1]
      if line.isEmpty || line.count + 1 + word.count <= width {
        lines[lines.count - 1] += (line.isEmpty ? "" : " ") + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  /// "sim-rover: 1 error, 2 warnings, 1 note".
  private var summary: String {
    let counts = [Finding.Level.error, .warning, .note].compactMap { level -> String? in
      let count = findings.count { $0.level == level }
      return count == 0 ? nil : "\(count) \(level.rawValue)\(count == 1 ? "" : "s")"
    }
    return "\(board): " + (counts.isEmpty ? "all is fine" : counts.joined(separator: ", "))
  }

  /// Source: ECMA-48 8.3.117, select graphic rendition.
  private static func colour(_ level: Finding.Level) -> String {
    switch level {
    case .ok: "\u{1B}[32m"
    case .note: "\u{1B}[36m"
    case .warning: "\u{1B}[33m"
    case .error: "\u{1B}[31m"
    }
  }

  /// One JSON object; `worst` is the level that the exit code tells.
  var json: String {
    var object = JSONObject()
    object.add("board", board)
    object.add("worst", Doctor.worst(of: findings).rawValue)
    object.add(
      "findings",
      findings.map { finding in
        var part = JSONObject()
        part.add("id", finding.id.rawValue)
        part.add("level", finding.level.rawValue)
        part.add("area", finding.area.rawValue)
        part.add("where", finding.place)
        part.add("what", finding.what)
        part.add("why", finding.why)
        part.add("fix", finding.fix)
        return part
      })
    return object.text
  }
}
