// SPDX-License-Identifier: Apache-2.0

/// The text of a board file as scalars, lists and mappings, each with the place it came from.
indirect enum Tree: Sendable {
  case scalar(String, Place)
  case list([Tree], Place)
  case mapping([Entry], Place)

  /// One key of a mapping with its value.
  struct Entry: Sendable {
    /// Nil when the key is no word.
    var key: String?
    var keyPlace: Place
    var value: Tree

    /// The key as it stands in the file, though it may stand there twice.
    var name: String? { key.map { RepeatedKeys.original(of: $0) ?? $0 } }
  }

  var place: Place {
    switch self {
    case .scalar(_, let place), .list(_, let place), .mapping(_, let place): place
    }
  }

  var text: String? { if case .scalar(let text, _) = self { text } else { nil } }

  subscript(key: String) -> Tree? {
    guard case .mapping(let entries, _) = self else { return nil }
    return entries.first { $0.key == key }?.value
  }

  /// This on top of `base`: mappings merge key by key, everything else is replaced.
  ///
  /// What only the base has comes last and keeps the base's place.
  func merged(onto base: Tree) -> Tree {
    guard case .mapping(let own, let place) = self, case .mapping(let inherited, _) = base else {
      return self
    }
    let names = Set(own.compactMap(\.name))
    let merged = own.map { entry in
      guard let name = entry.name, let below = base[name] else { return entry }
      return Entry(
        key: entry.key, keyPlace: entry.keyPlace, value: entry.value.merged(onto: below))
    }
    return .mapping(merged + inherited.filter { !names.contains($0.key ?? "") }, place)
  }

  /// The same mapping without a key.
  func without(_ key: String) -> Tree {
    guard case .mapping(let entries, let place) = self else { return self }
    return .mapping(entries.filter { $0.key != key }, place)
  }

  var kindName: String {
    switch self {
    case .scalar(let text, _): text.isEmpty ? "nothing" : "'\(text)'"
    case .mapping: "a group of keys"
    case .list: "a list"
    }
  }
}
