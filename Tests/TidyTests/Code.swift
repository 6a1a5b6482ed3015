// SPDX-License-Identifier: Apache-2.0

/// Enough of Swift's and C's lexical rules to tell code from comments and text.
enum Code {
  enum Language { case swift, c }

  /// The text with comments, and with `keepsStrings` false also the insides of strings, blanked.
  static func blank(_ text: String, _ language: Language, keepsStrings: Bool = false) -> String {
    var scanner = Scanner(Array(text.unicodeScalars), language, keepsStrings)
    scanner.scanCode(untilClosingParenthesis: false)
    return scanner.result
  }

  private struct Scanner {
    private let input: [Unicode.Scalar]
    private let language: Language
    private let keepsStrings: Bool
    private var at = 0
    private var output = String.UnicodeScalarView()

    init(_ input: [Unicode.Scalar], _ language: Language, _ keepsStrings: Bool) {
      (self.input, self.language, self.keepsStrings) = (input, language, keepsStrings)
    }

    var result: String { String(output) }

    private func starts(_ text: String) -> Bool {
      var i = at
      for scalar in text.unicodeScalars {
        guard i < input.count, input[i] == scalar else { return false }
        i += 1
      }
      return true
    }

    private mutating func copy(_ count: Int = 1) {
      for _ in 0..<count where at < input.count {
        output.append(input[at])
        at += 1
      }
    }

    private mutating func blank(_ count: Int = 1) {
      for _ in 0..<count where at < input.count {
        output.append(input[at] == "\n" ? "\n" : " ")
        at += 1
      }
    }

    mutating func scanCode(untilClosingParenthesis: Bool) {
      var depth = 0
      while at < input.count {
        if untilClosingParenthesis, depth == 0, input[at] == ")" { return }
        if input[at] == "(" { depth += 1 }
        if input[at] == ")" { depth -= 1 }
        if starts("//") {
          while at < input.count, input[at] != "\n" { blank() }
        } else if starts("/*") {
          scanBlockComment()
        } else if language == .c, input[at] == "'" {
          scanString(close: "'", hashes: 0)
        } else if !scanAnyString() {
          copy()
        }
      }
    }

    private mutating func scanBlockComment() {
      var depth = 0
      repeat {
        if starts("/*"), depth == 0 || language == .swift {
          depth += 1
          blank(2)
        } else if starts("*/") {
          depth -= 1
          blank(2)
        } else {
          blank()
        }
      } while depth > 0 && at < input.count
    }

    /// A string that starts here, raw or not, of one line or many.
    private mutating func scanAnyString() -> Bool {
      var hashes = 0
      while language == .swift, at + hashes < input.count, input[at + hashes] == "#" { hashes += 1 }
      guard at + hashes < input.count, input[at + hashes] == "\"" else { return false }
      copy(hashes)
      let isLong = language == .swift && starts("\"\"\"")
      scanString(close: isLong ? "\"\"\"" : "\"", hashes: hashes)
      return true
    }

    private mutating func scanString(close: String, hashes: Int) {
      let guardHashes = String(repeating: "#", count: hashes)
      let escape = "\\" + guardHashes
      copy(close.unicodeScalars.count)
      while at < input.count {
        if starts(close + guardHashes) {
          return copy(close.unicodeScalars.count + hashes)
        }
        if language == .swift, starts(escape + "(") {
          skip(escape.unicodeScalars.count + 1)
          scanCode(untilClosingParenthesis: true)
        } else if starts(escape) {
          skip(escape.unicodeScalars.count + 1)
        } else {
          skip(1)
        }
      }
    }

    private mutating func skip(_ count: Int) { keepsStrings ? copy(count) : blank(count) }
  }
}
