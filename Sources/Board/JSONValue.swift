// SPDX-License-Identifier: Apache-2.0

/// Just enough JSON to write a schema, with keys in the order given.
enum JSONValue {
  case string(String)
  case number(Double)
  case flag(Bool)
  case array([JSONValue])
  case object([(String, JSONValue)])

  static func strings(_ words: [String]) -> JSONValue { .array(words.map { .string($0) }) }

  /// Indented by two spaces a level.
  func written(indent: String = "") -> String {
    let inner = indent + "  "
    switch self {
    case .string(let text): return JSONValue.quoted(text)
    case .number(let number): return plain(number)
    case .flag(let flag): return "\(flag)"
    case .array(let items):
      return "[" + items.map { $0.written(indent: inner) }.joined(separator: ", ") + "]"
    case .object(let pairs):
      let lines = pairs.map { "\(inner)\(JSONValue.quoted($0)): \($1.written(indent: inner))" }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for character in text {
      switch character {
      case "\"", "\\": result += "\\\(character)"
      case "\n": result += "\\n"
      default: result.append(character)
      }
    }
    return result + "\""
  }
}
