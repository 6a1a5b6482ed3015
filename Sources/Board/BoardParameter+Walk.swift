// SPDX-License-Identifier: Apache-2.0

extension BoardParameter {
  /// All parameters of a board, in the order of the table.
  ///
  /// - Parameter tree: the whole board file: entries of its lists go by their names.
  static func all(of tree: Tree) -> [BoardParameter] {
    walk(BoardDescription.table, tree, path: "")
  }

  private static func walk(_ table: Table, _ tree: Tree?, path: String) -> [BoardParameter] {
    table.fields.flatMap { field -> [BoardParameter] in
      let name = join(path, field.name)
      let there = tree?[field.name]
      switch field.shape {
      case .section(let inner):
        // Each failsafe has standard values, but no board needs to write one.
        let isImplied = field.standardValue != nil || path == "safety.failsafes"
        return there == nil && !isImplied ? [] : walk(inner, there, path: name)
      case .list(of: .section(let inner)):
        guard case .list(let items, _) = there else { return [] }
        return items.flatMap { item in
          item["name"]?.text.map { walk(inner, item, path: join(name, $0)) } ?? []
        }
      case .flag, .whole, .number, .quantity, .choice, .interval, .quantities:
        return effect(of: name).map { effect in
          [
            BoardParameter(
              name: name, help: field.help, effect: effect, standard: field.standardValue,
              shape: field.shape)
          ]
        } ?? []
      default: return []
      }
    }
  }
}

extension Tree {
  /// A value as it is typed: "0.3 s", "[-1, 1]".
  init(value text: String, at place: Place) {
    guard text.hasPrefix("["), text.hasSuffix("]") else {
      self = .scalar(text, place)
      return
    }
    let items = text.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false)
    self = .list(items.map { .scalar(trimmed($0), place) }, place)
  }

  /// As it is typed; nil for a group of keys.
  var value: String? {
    switch self {
    case .scalar(let text, _): return text
    case .list(let items, _):
      let texts = items.compactMap(\.text)
      return texts.count == items.count ? "[\(texts.joined(separator: ", "))]" : nil
    case .mapping: return nil
    }
  }

  /// What stands at a parameter's name; entries of lists go by their names.
  func part(_ path: some Collection<Substring>) -> Tree? {
    guard let first = path.first else { return self }
    return child(first)?.part(path.dropFirst())
  }

  private func child(_ name: Substring) -> Tree? {
    if case .list(let items, _) = self { return items.first { $0["name"]?.text == String(name) } }
    return self[String(name)]
  }

  /// The same with another value there; sections that are missing are made.
  ///
  /// Precondition: the lists on the way have that entry.
  func setting(_ path: some Collection<Substring>, to value: Tree) -> Tree {
    guard let first = path.first else { return value }
    let rest = path.dropFirst()
    switch self {
    case .list(let items, let place):
      return .list(
        items.map { $0["name"]?.text == String(first) ? $0.setting(rest, to: value) : $0 }, place)
    case .mapping(var entries, let place):
      if let index = entries.firstIndex(where: { $0.name == String(first) }) {
        entries[index].value = entries[index].value.setting(rest, to: value)
      } else {
        let section = Tree.mapping([], value.place)
        entries.append(
          Entry(
            key: String(first), keyPlace: value.place,
            value: section.setting(rest, to: value)))
      }
      return .mapping(entries, place)
    case .scalar: return self
    }
  }
}

/// Without spaces at its ends.
func trimmed(_ text: some StringProtocol) -> String {
  let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
  let rest = text.drop(while: isSpace)
  guard let end = rest.lastIndex(where: { !isSpace($0) }) else { return "" }
  return String(rest[...end])
}
