// SPDX-License-Identifier: Apache-2.0
import Yams

/// Refuses YAML's aliases (`*name`) in keys, before the parser follows them.
///
/// A few lines of aliases that name lists of aliases stand for more values than fit into memory.
/// As values they cost nothing until the tree grows, which has its bound; but the parser compares
/// keys with each other, all that is in them. So each `*` is first read as another character: what
/// was an alias is then a plain word that begins with it.
enum Aliases {
  /// Of a private use area that no file of ours uses, and `RepeatedKeys` neither.
  private static let standIn: Unicode.Scalar = "\u{F0000}"

  /// Throws: the first alias in a key, or what the parser says of the text.
  static func refuseInKeys(of text: String, path: String) throws {
    guard text.unicodeScalars.contains("*") else { return }
    var neutral = String.UnicodeScalarView()
    neutral.append(contentsOf: text.unicodeScalars.map { $0 == "*" ? standIn : $0 })
    let root = try Yams.compose(yaml: String(neutral), .basic, .default, .utf8)
    guard let alias = root.flatMap({ first(in: $0, isKey: false) }) else { return }
    throw BoardError([
      BoardProblem(
        kind: .syntax, path: path, place: alias.mark.map { Place($0) },
        what: "the alias '\(original(of: alias.string))' is in a key",
        remedy: "Write the key out; a key that begins with * stands in quotes.")
    ])
  }

  /// What the file has for a word of the neutral text.
  static func original(of word: String) -> String {
    var original = String.UnicodeScalarView()
    original.append(contentsOf: word.unicodeScalars.map { $0 == standIn ? "*" : $0 })
    return String(original)
  }

  private static func first(in node: Node, isKey: Bool) -> Node.Scalar? {
    switch node {
    case .scalar(let scalar):
      let isAlias = scalar.style == .plain && scalar.string.unicodeScalars.first == standIn
      return isKey && isAlias ? scalar : nil
    case .sequence(let nodes):
      return nodes.lazy.compactMap { first(in: $0, isKey: isKey) }.first
    case .mapping(let pairs):
      return pairs.lazy.compactMap {
        first(in: $0.key, isKey: true) ?? first(in: $0.value, isKey: isKey)
      }.first
    case .alias: return nil
    }
  }
}
