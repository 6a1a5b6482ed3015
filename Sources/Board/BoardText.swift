// SPDX-License-Identifier: Apache-2.0
import Yams

/// The YAML side of a board file: text in, nodes with places out.
enum BoardText {
  /// The file's root mapping.
  ///
  /// Throws: the first syntax error, with its place.
  static func parse(_ text: String, path: String) throws(BoardError) -> (Node.Mapping, Place) {
    // Yams keeps a pointer to the text, and a String under 16 bytes has no lasting storage.
    // libyaml refuses a byte order mark when it is told the encoding.
    var text = text.hasPrefix("\u{FEFF}") ? String(text.unicodeScalars.dropFirst()) : text
    text += String(repeating: "\n", count: max(0, 16 - text.utf8.count))
    for round in 0..<RepeatedKeys.roundLimit {
      let problem: BoardProblem
      do {
        return try root(of: Yams.compose(yaml: text, .basic, .default, .utf8), path: path)
      } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
        let place = Place(context.mark)
        let hidden = RepeatedKeys.disguise(keys.first ?? "", at: place, of: text, round: round)
        if let hidden {
          text = hidden
          continue
        }
        problem = BoardProblem(
          kind: .duplicateKey, path: path, place: place,
          what: "the key '\(keys.first ?? "")' is given twice", remedy: "Keep one of the two.")
      } catch let error as BoardError {
        throw error
      } catch {
        problem = syntaxProblem(error, text, path)
      }
      throw BoardError([problem])
    }
    throw BoardError([
      BoardProblem(
        kind: .duplicateKey, path: path, place: nil,
        what: "more than \(RepeatedKeys.roundLimit) keys are given twice",
        remedy: "Keep one of each.")
    ])
  }

  private static func root(
    of node: Node?, path: String
  ) throws(BoardError) -> (Node.Mapping, Place) {
    let start = Place(line: 1, column: 1)
    if case .mapping(let mapping) = node { return (mapping, node?.place ?? start) }
    throw BoardError([
      BoardProblem(
        kind: .wrongType, path: path, place: node?.place ?? start,
        what: node == nil ? "the file is empty" : "the file is not a list of keys",
        remedy: "Start with 'board: name-of-the-folder'; boards/sim-rover/board.yaml is an example."
      )
    ])
  }

  private static func syntaxProblem(
    _ error: any Error, _ text: String, _ path: String
  ) -> BoardProblem {
    let remedy = "Look for a missing quote, bracket or colon, or a wrong indentation, near here."
    func problem(_ what: String, _ place: Place?, _ remedy: String) -> BoardProblem {
      BoardProblem(kind: .syntax, path: path, place: place, what: what, remedy: remedy)
    }
    switch error {
    case YamlError.scanner(let context, let what, let mark, _),
      YamlError.parser(let context, let what, let mark, _),
      YamlError.composer(let context, let what, let mark, _):
      let began = context.map { " \($0.text) from line \($0.mark.line)" } ?? ""
      let place = Place(mark)
      let tab = "A tab is in this line: YAML is indented with spaces only."
      return problem(
        "not valid YAML: \(what)\(began)", place, text.hasTab(inLine: place.line) ? tab : remedy)
    case YamlError.reader(let what, let offset, let value, _):
      let place = offset.map { Place(ofCharacter: $0, in: text) }
      let code = Shape.written(Int(value), true)
      return problem("not valid YAML: \(what) (\(code))", place, "Delete that character.")
    default:
      return problem("not valid YAML: \(error)", nil, remedy)
    }
  }
}

extension Place {
  init(_ mark: Mark) { self.init(line: mark.line, column: mark.column) }

  fileprivate init(ofCharacter offset: Int, in text: String) {
    let before = text.prefix(offset)
    let line = before.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    self.init(line: line.count, column: (line.last?.unicodeScalars.count ?? 0) + 1)
  }
}

extension String {
  fileprivate func hasTab(inLine number: Int) -> Bool {
    let lines = split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    return lines.indices.contains(number - 1) && lines[number - 1].contains("\t")
  }
}
