// SPDX-License-Identifier: Apache-2.0

/// One target of Package.swift.
struct Target: Equatable, Sendable {
  var kind: String
  var name: String
  /// Targets and products, by name.
  var dependencies: [String]

  var isTest: Bool { kind == "testTarget" }
}

/// What Package.swift says, in its order.
struct PackageDescription: Sendable {
  let targets: [Target]
  /// Products of other packages that any target uses.
  let products: Set<String>

  static let kinds = ["target", "systemLibrary", "executableTarget", "testTarget"]

  init(_ text: String) {
    let code = Code.blank(text, .swift, keepsStrings: true)
    var (targets, products): ([Target], Set<String>) = ([], [])
    var rest = code.firstRange(of: "targets: [\n").map { code[$0.upperBound...] } ?? ""
    while let (kind, start) = Self.nextTarget(rest) {
      let block = Self.balanced(rest[start...], "(", ")")
      rest = rest[block.endIndex...]
      let list = block.firstRange(of: "dependencies: [").map {
        Self.balanced(block[block.index(before: $0.upperBound)...], "[", "]")
      }
      let (own, foreign) = Self.names(list ?? "")
      products.formUnion(foreign)
      targets.append(
        Target(kind: kind, name: Self.strings(block).first ?? "", dependencies: own + foreign))
    }
    (self.targets, self.products) = (targets, products)
  }

  subscript(name: String) -> Target? { targets.first { $0.name == name } }

  /// Everything that a target reaches.
  func closure(of name: String) -> Set<String> {
    var (found, open): (Set<String>, [String]) = ([], [name])
    while let next = open.popLast() {
      for dependency in self[next]?.dependencies ?? [] where found.insert(dependency).inserted {
        open.append(dependency)
      }
    }
    return found
  }

  private static func nextTarget(_ text: Substring) -> (String, Substring.Index)? {
    kinds.compactMap { kind in
      text.firstRange(of: ".\(kind)(").map { (kind, text.index(before: $0.upperBound)) }
    }.min { $0.1 < $1.1 }
  }

  /// From an opening bracket to the one that closes it.
  private static func balanced(
    _ text: Substring, _ open: Character, _ close: Character
  ) -> Substring {
    var depth = 0
    for i in text.indices {
      if text[i] == open { depth += 1 }
      if text[i] == close { depth -= 1 }
      if depth == 0 { return text[...i] }
    }
    return text
  }

  private static func strings(_ text: Substring) -> [String] {
    text.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
      .compactMap { $0 % 2 == 1 ? String($1) : nil }
  }

  private static func names(_ list: Substring) -> (own: [String], foreign: [String]) {
    var (own, foreign, rest): ([String], [String], Substring) = ([], [], list)
    while let found = rest.firstRange(of: ".product(") {
      own += strings(rest[..<found.lowerBound])
      let block = balanced(rest[rest.index(before: found.upperBound)...], "(", ")")
      foreign += strings(block).prefix(1)
      rest = rest[block.endIndex...]
    }
    return (own + strings(rest), foreign)
  }
}

extension SourceFile {
  /// The modules that a Swift file imports.
  var imports: [String] {
    code.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard let at = words.firstIndex(of: "import"), at + 1 < words.count else { return nil }
      let modifiers: Set<Substring> = ["public", "package", "internal", "private", "fileprivate"]
      guard words[..<at].allSatisfy({ $0.hasPrefix("@") || modifiers.contains($0) }) else {
        return nil
      }
      let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "let", "var"]
      let isOne = kinds.contains(words[at + 1]) && at + 2 < words.count
      let path = isOne ? words[at + 2] : words[at + 1]
      return path.split(separator: ".").first.map(String.init)
    }
  }

  /// The target whose folder it lies in.
  var target: String? { path.split(separator: "/").dropFirst().first.map(String.init) }
}
