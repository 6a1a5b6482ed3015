// SPDX-License-Identifier: Apache-2.0

/// One row of the table of keys: the single source for validation, messages and the JSON Schema.
struct Field: Sendable {
  var name: String
  var shape: Shape
  var presence: Presence
  /// One sentence for whoever hovers over the key in an editor.
  var help: String

  /// Whether a key must be there. The texts are written as in the file.
  enum Presence: Sendable {
    case required(example: String)
    case optional(example: String)
    case standard(value: String)
  }

  /// A valid value, written as in the file.
  var example: String {
    switch presence {
    case .required(let text), .optional(let text), .standard(let text): text
    }
  }

  var isRequired: Bool {
    if case .required = presence { true } else { false }
  }

  /// What holds when the key is absent, written as in the file.
  var standardValue: String? {
    if case .standard(let text) = presence { text } else { nil }
  }
}

/// The keys of one section, in the order people write them.
struct Table: Sendable {
  var fields: [Field]

  init(_ keys: [any Keyed]) { fields = keys.map(\.field) }

  /// The required keys of the section with example values, in YAML's flow style.
  var example: String {
    let pairs = fields.filter(\.isRequired).map { "\($0.name): \($0.example)" }
    return "{" + pairs.joined(separator: ", ") + "}"
  }

  func field(named name: String) -> Field? { fields.first { $0.name == name } }
}

/// A typed key, with its type forgotten.
protocol Keyed { var field: Field { get } }
