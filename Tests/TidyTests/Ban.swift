// SPDX-License-Identifier: Apache-2.0

/// Something that code must not contain.
enum Ban: String, CaseIterable, Sendable {
  case forcedTry = "try!"
  case droppedError = "try?"
  case fatalError = "fatalError("
  case forcedCast = " as!"
  case forceUnwrap = "force unwrap"
  case testable = "@testable"

  /// Line numbers of code, comments and strings blanked, that break it.
  func lines(in code: String) -> [Int] {
    code.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      .compactMap { matches($1) ? $0 + 1 : nil }
  }

  private func matches(_ line: Substring) -> Bool {
    guard self == .forceUnwrap else {
      // "odometry?" does not drop an error.
      return line.ranges(of: rawValue).contains { found in
        guard found.lowerBound > line.startIndex else { return true }
        let before = line[line.index(before: found.lowerBound)]
        return !(before.isLetter || before.isNumber || before == "_") || rawValue.hasPrefix(" ")
      }
    }
    // An exclamation mark right behind a value or a type, and no `!=`, `try!` or `as!`.
    let forced = Ban.forcedTry.rawValue
    let cast = Ban.forcedCast.rawValue
    return line.indices.contains { i in
      guard line[i] == "!", i > line.startIndex else { return false }
      let (before, after) = (line[line.index(before: i)], line[i...].dropFirst().first)
      let isValue = before.isLetter || before.isNumber || "_)]>\"`".contains(before)
      let isKeyword = line[...i].hasSuffix(forced) || line[...i].hasSuffix(cast)
      return isValue && after != "=" && !isKeyword
    }
  }
}
