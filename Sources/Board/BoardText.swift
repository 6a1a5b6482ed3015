// SPDX-License-Identifier: Apache-2.0
import Yams

/// The YAML side of a board file: text in, a tree with places out.
enum BoardText {
  /// The file's root, which is a mapping.
  ///
  /// - Parameter file: what the places say of the file; nil for the one being checked.
  /// Throws: the first syntax error, with its place.
  static func parse(
    _ text: String, path: String, file: String? = nil
  ) throws(BoardError) -> Tree {
    // Yams keeps a pointer to the text, and a String under 16 bytes has no lasting storage.
    // libyaml refuses a byte order mark when it is told the encoding.
    var text = text.hasPrefix("\u{FEFF}") ? String(text.unicodeScalars.dropFirst()) : text
    text += String(repeating: "\n", count: max(0, 16 - text.utf8.count))
    for round in 0..<RepeatedKeys.roundLimit {
      let problem: BoardProblem
      do {
        try Aliases.refuseInKeys(of: text, path: path)
        return try root(
          of: Yams.compose(yaml: text, .basic, .default, .utf8), path: path, file: file)
      } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
        let (key, place) = (Aliases.original(of: keys.first ?? ""), Place(context.mark))
        let hidden = RepeatedKeys.disguise(key, at: place, of: text, round: round)
        if let hidden {
          text = hidden
          continue
        }
        problem = BoardProblem(
          kind: .duplicateKey, path: path, place: place,
          what: "the key '\(key)' is given twice", remedy: "Keep one of the two.")
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
    of node: Node?, path: String, file: String?
  ) throws(BoardError) -> Tree {
    let start = Place(line: 1, column: 1, file: file)
    var grower = TreeGrower(file: file)
    let tree = node.map { grower.grow($0, near: start) }
    if grower.isTooLarge {
      throw BoardFile.failure(
        path, nil, "more than \(TreeGrower.limit) values",
        "Anchors that name anchors grow fast: "
          + "write the values out.")
    }
    if let tree, case .mapping = tree { return tree }
    throw BoardError([
      BoardProblem(
        kind: .wrongType, path: path, place: tree?.place ?? start,
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

/// Makes a tree of YAML nodes, but never a larger one than a person writes.
private struct TreeGrower {
  /// A hundred times the largest board.
  static let limit = 100_000

  let file: String?
  private var count = 0
  var isTooLarge: Bool { count > Self.limit }

  init(file: String?) { self.file = file }

  /// - Parameter near: the place of what has none of its own.
  mutating func grow(_ node: Node, near: Place) -> Tree {
    let place = node.mark.map { Place($0, file: file) } ?? near
    count += 1
    if isTooLarge { return .scalar("", place) }
    switch node {
    case .scalar(let scalar): return .scalar(scalar.string, place)
    case .alias(let alias): return .scalar("*\(alias.anchor.rawValue)", place)
    case .sequence(let nodes):
      var items: [Tree] = []
      for node in nodes where !isTooLarge { items.append(grow(node, near: place)) }
      return .list(items, place)
    case .mapping(let mapping):
      var entries: [Tree.Entry] = []
      for (key, value) in mapping where !isTooLarge {
        let keyPlace = key.mark.map { Place($0, file: file) } ?? place
        entries.append(
          Tree.Entry(
            key: key.scalar?.string, keyPlace: keyPlace, value: grow(value, near: keyPlace)))
      }
      return .mapping(entries, place)
    }
  }
}

extension Place {
  init(_ mark: Mark, file: String? = nil) {
    self.init(line: mark.line, column: mark.column, file: file)
  }

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
