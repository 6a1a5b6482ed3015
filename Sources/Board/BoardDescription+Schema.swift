// SPDX-License-Identifier: Apache-2.0

extension BoardDescription {
  /// The JSON Schema (draft 7) of a board file, from the table that also validates it.
  ///
  /// Editors complete keys, show their meaning and mark most mistakes with it; `load` finds all.
  public static func jsonSchema() -> String {
    let head: [(String, JSONValue)] = [
      ("$schema", .string("http://json-schema.org/draft-07/schema#")),
      ("title", .string("Umwelt board"))
    ]
    // What a base file or a file with bases may leave out, only `board check` can tell.
    let whole: [(String, JSONValue)] = [
      (
        "if",
        .object([
          ("required", .strings(["board"])),
          ("not", .object([("required", .strings(["extends"]))]))
        ])
      ),
      ("then", .object([("required", .strings(table.requiredNames))]))
    ]
    return JSONValue.object(head + table.schema(isWhole: false) + whole).written() + "\n"
  }
}

extension Table {
  /// - Parameter isWhole: false where a base file may have the rest.
  fileprivate func schema(isWhole: Bool) -> [(String, JSONValue)] {
    [
      ("type", .string("object")),
      ("additionalProperties", .flag(false))
    ] + (isWhole && !requiredNames.isEmpty ? [("required", .strings(requiredNames))] : []) + [
      ("properties", .object(fields.map { ($0.name, .object($0.schema(isWhole: isWhole))) }))
    ]
  }

  fileprivate var requiredNames: [String] { fields.filter(\.isRequired).map(\.name) }
}

extension Field {
  fileprivate func schema(isWhole: Bool) -> [(String, JSONValue)] {
    var result = [("description", JSONValue.string(help))] + shape.schema(isWhole: isWhole)
    if let value = shape.json(example) { result.append(("examples", .array([value]))) }
    if let value = standardValue.flatMap(shape.json) { result.append(("default", value)) }
    return result
  }
}

extension Shape {
  fileprivate func schema(isWhole: Bool) -> [(String, JSONValue)] {
    switch self {
    case .text: [("type", .string("string"))]
    case .name: [("type", .string("string")), ("pattern", .string("^[A-Za-z][A-Za-z0-9_-]*$"))]
    case .choice(let words, _): [("enum", .strings(words))]
    case .flag: [("type", .string("boolean"))]
    case .whole(let range, _): Shape.whole(in: range)
    case .number(let range): Shape.number(in: range)
    case .quantity(let unit, let bounds): Shape.quantity(unit, bounds)
    case .interval(let range):
      [
        ("type", .string("array")), ("items", .object(Shape.number(in: range))),
        ("minItems", .number(2)), ("maxItems", .number(2))
      ]
    case .quantities(let unit, let range):
      [
        ("type", .string("array")), ("items", .object(Shape.quantity(unit, .within(range)))),
        ("minItems", .number(2)), ("maxItems", .number(2))
      ]
    case .output:
      [
        (
          "anyOf",
          .array([
            .object(Shape.whole(in: Shape.channels)),
            .object(Shape.name.schema(isWhole: true))
          ])
        )
      ]
    case .list(let element): Shape.array(of: element, from: 1)
    case .tuple(let element, let count):
      Shape.array(of: element, from: count) + [("maxItems", .number(Double(count)))]
    case .oneOrMore(let element):
      [
        (
          "anyOf",
          .array([
            .object(element.schema(isWhole: true)), .object(Shape.array(of: element, from: 1))
          ])
        )
      ]
    case .map(let element):
      [
        ("type", .string("object")),
        ("additionalProperties", .object(element.schema(isWhole: isWhole)))
      ]
    case .section(let table): table.schema(isWhole: isWhole)
    }
  }

  /// Entries of a list are never merged, so each is whole.
  private static func array(of element: Shape, from least: Int) -> [(String, JSONValue)] {
    [
      ("type", .string("array")), ("items", .object(element.schema(isWhole: true))),
      ("minItems", .number(Double(least)))
    ]
  }

  private static func whole(in range: ClosedRange<Int>) -> [(String, JSONValue)] {
    [
      ("type", .string("integer")), ("minimum", .number(Double(range.lowerBound))),
      ("maximum", .number(Double(range.upperBound)))
    ]
  }

  private static func number(in range: ClosedRange<Double>) -> [(String, JSONValue)] {
    [
      ("type", .string("number")), ("minimum", .number(range.lowerBound)),
      ("maximum", .number(range.upperBound))
    ]
  }

  /// A schema cannot compare numbers inside text, so it checks the unit and lists the choices.
  private static func quantity(_ unit: Unit, _ bounds: Bounds) -> [(String, JSONValue)] {
    if case .oneOf(let numbers) = bounds {
      return [("enum", .strings(numbers.map { "\(plain($0)) \(unit.symbol)" }))]
    }
    let units = (Unit.named(unit.symbol)?.dimension.symbols ?? [unit.symbol]).joined(separator: "|")
    let pattern = "^[-+]?[0-9.]+([eE][-+]?[0-9]+)? *(\(units))$"
    return [("type", .string("string")), ("pattern", .string(pattern))]
  }

  /// A value that is written like this in YAML; nil where an example would not help.
  fileprivate func json(_ text: String) -> JSONValue? {
    switch self {
    case .text, .name, .choice, .quantity: .string(text)
    case .flag: .flag(text == "true")
    case .whole: Numeral.whole(text).map { .number(Double($0)) }
    case .number: Numeral.split(text).map { .number($0.number) }
    case .output: Numeral.whole(text).map { .number(Double($0)) } ?? .string(text)
    case .oneOrMore(let element): element.json(text)
    case .interval, .quantities, .list, .tuple, .map, .section: nil
    }
  }
}
