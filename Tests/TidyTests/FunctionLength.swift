// SPDX-License-Identifier: Apache-2.0

/// One function and how many lines it takes, signature and braces included.
struct FunctionLength: Equatable {
  let line: Int
  let length: Int

  /// The functions of a source file.
  static func all(in file: SourceFile) -> [FunctionLength] {
    if file.isSwift { return swift(file.code) }
    if file.path.hasSuffix(".c") || file.path.hasSuffix(".h") { return c(file.code) }
    if file.path.hasSuffix(".py") { return python(file.text) }
    return []
  }

  /// A brace counter over code without comments and strings.
  static func swift(_ code: String) -> [FunctionLength] {
    let lines = split(code)
    return lines.indices.compactMap { start in
      guard declares(lines[start]), let end = bodyEnd(lines, from: start) else { return nil }
      return FunctionLength(line: start + 1, length: end - start + 1)
    }
  }

  /// Functions begin and end in the first column.
  static func c(_ code: String) -> [FunctionLength] {
    var result: [FunctionLength] = []
    var start: Int?
    for (number, line) in split(code).enumerated() {
      if line == "}" || line.hasPrefix("} ") {
        if let begin = start {
          result.append(FunctionLength(line: begin + 1, length: number - begin + 1))
        }
        start = nil
      } else if start == nil, line.first?.isLetter == true, line.contains("(") {
        start = number
      } else if line.hasSuffix(";"), line.first?.isWhitespace == false {
        start = nil  // a prototype
      }
      if line.hasSuffix(";"), start == number { start = nil }
    }
    return result
  }

  /// Functions end where the indentation does.
  static func python(_ text: String) -> [FunctionLength] {
    let lines = split(text)
    return lines.indices.compactMap { start in
      let words = lines[start].split(separator: " ").prefix(2)
      guard words.first == "def" || words.elementsEqual(["async", "def"]) else { return nil }
      let indent = lines[start].prefix { $0 == " " }.count
      var end = start
      for i in lines.index(after: start)..<lines.endIndex {
        let rest = lines[i].drop { $0 == " " }
        if rest.isEmpty { continue }
        if lines[i].count - rest.count <= indent, rest.first != ")" { break }
        end = i
      }
      return FunctionLength(line: start + 1, length: end - start + 1)
    }
  }

  private static func split(_ text: String) -> [Substring] {
    text.split(separator: "\n", omittingEmptySubsequences: false)
  }

  private static func declares(_ line: Substring) -> Bool {
    let words = line.split { $0 == " " }
    if words.contains("func") { return true }
    return words.contains { word in
      ["init(", "init?(", "init<", "subscript(", "subscript<"].contains { word.hasPrefix($0) }
        || word == "deinit"
    }
  }

  /// The line on which the body that begins after `start` ends; nil when there is none.
  private static func bodyEnd(_ lines: [Substring], from start: Int) -> Int? {
    var (round, curly) = (0, 0)
    for number in start..<lines.count {
      if number > start, curly == 0, round == 0 {
        let next = lines[number].drop { $0 == " " }
        let goesOn = ["->", "where ", "{", "throws", "async", ")"].contains { next.hasPrefix($0) }
        if !goesOn { return nil }  // a requirement of a protocol
      }
      for character in lines[number] {
        switch character {
        case "(", "[": round += 1
        case ")", "]": round -= 1
        case "{" where round == 0 || curly > 0: curly += 1
        case "}" where curly > 0:
          curly -= 1
          if curly == 0 { return number }
        default: break
        }
      }
    }
    return nil
  }
}
