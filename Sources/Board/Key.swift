// SPDX-License-Identifier: Apache-2.0
import Quantities

/// A field that knows the Swift type of its value.
struct Key<Value: Sendable>: Keyed, Sendable {
  let field: Field
  /// Nil only when the table and the key disagree, which is a programmer error.
  let extract: @Sendable (FileValue) -> Value?

  init(
    _ name: String, _ shape: Shape, _ presence: Field.Presence, _ help: String,
    extract: @escaping @Sendable (FileValue) -> Value?
  ) {
    field = Field(name: name, shape: shape, presence: presence, help: help)
    self.extract = extract
  }
}

extension Key where Value == String {
  static func text(_ name: String, _ presence: Field.Presence, _ help: String) -> Key {
    Key(name, .text, presence, help, extract: \.text)
  }

  static func name(_ name: String, _ presence: Field.Presence, _ help: String) -> Key {
    Key(name, .name, presence, help, extract: \.text)
  }
}

extension Key where Value: CaseIterable & RawRepresentable<String> {
  /// - Parameter called: the kind of thing with its article, "a chip".
  static func choice(
    _ name: String, called: String, _ presence: Field.Presence, _ help: String
  ) -> Key {
    let words = Value.allCases.map(\.rawValue)
    return Key(name, .choice(words, called: called), presence, help) {
      $0.text.flatMap(Value.init(rawValue:))
    }
  }
}

extension Key where Value == Bool {
  static func flag(_ name: String, standard: Bool, _ help: String) -> Key {
    Key(name, .flag, .standard(value: "\(standard)"), help, extract: \.flag)
  }
}

extension Key where Value == Int {
  static func whole(
    _ name: String, _ range: ClosedRange<Int>, _ presence: Field.Presence, _ help: String
  ) -> Key {
    Key(name, .whole(range, hexadecimal: false), presence, help, extract: \.whole)
  }

  static func pixels(
    _ name: String, _ range: ClosedRange<Double>, _ presence: Field.Presence, _ help: String
  ) -> Key {
    Key(name, .quantity(.pixels, .wholeWithin(range)), presence, help) {
      $0.number.flatMap(Int.init(exactly:))
    }
  }
}

extension Key where Value == UInt8 {
  /// Source: I2C-bus specification UM10204, table 3: 0x00-0x07 and 0x78-0x7F are reserved.
  static func i2cAddress(_ presence: Field.Presence, _ help: String) -> Key {
    Key("address", .whole(0x08...0x77, hexadecimal: true), presence, help) {
      $0.whole.flatMap(UInt8.init(exactly:))
    }
  }
}

extension Key where Value == Double {
  static func number(
    _ name: String, _ range: ClosedRange<Double>, _ presence: Field.Presence, _ help: String
  ) -> Key {
    Key(name, .number(range), presence, help, extract: \.number)
  }

  /// Units: the bounds are in `unit`; the value is in SI.
  static func quantity(
    _ name: String, _ unit: Unit, _ range: ClosedRange<Double>, _ presence: Field.Presence,
    _ help: String
  ) -> Key {
    Key(name, .quantity(unit, .within(range)), presence, help, extract: \.number)
  }

  /// Units: the choices are in `unit`; the value is in SI.
  static func quantity(
    _ name: String, _ unit: Unit, oneOf numbers: [Double], _ presence: Field.Presence,
    _ help: String
  ) -> Key {
    Key(name, .quantity(unit, .oneOf(numbers)), presence, help, extract: \.number)
  }
}

extension Key where Value == ClosedRange<Double> {
  static func interval(
    _ name: String, _ range: ClosedRange<Double>, _ presence: Field.Presence, _ help: String
  ) -> Key {
    Key(name, .interval(range), presence, help, extract: \.interval)
  }
}

extension Key where Value == ClosedRange<Double> {
  /// Units: the bounds are in `unit`; the value is in SI.
  static func quantities(
    _ name: String, _ unit: Unit, _ range: ClosedRange<Double>, _ presence: Field.Presence,
    _ help: String
  ) -> Key {
    Key(name, .quantities(unit, range), presence, help, extract: \.interval)
  }
}

extension Key where Value == [Located<String>] {
  /// One text or a list of them.
  static func texts(_ name: String, _ presence: Field.Presence, _ help: String) -> Key {
    Key(name, .oneOrMore(.text), presence, help) { value in
      value.list.map { $0.compactMap { entry in entry.map(\.text) } }
    }
  }

  static func names(_ name: String, _ presence: Field.Presence, _ help: String) -> Key {
    Key(name, .list(of: .name), presence, help) { value in
      value.list.map { $0.compactMap { entry in entry.map(\.text) } }
    }
  }
}

extension Key where Value == Section {
  /// A section that must be there.
  static func section(_ name: String, _ table: Table, _ help: String) -> Key {
    let presence = Field.Presence.required(example: table.example)
    return Key(name, .section(table), presence, help, extract: \.section)
  }

  /// A section of a part that not every robot has.
  static func optionalSection(_ name: String, _ table: Table, _ help: String) -> Key {
    let presence = Field.Presence.optional(example: table.example)
    return Key(name, .section(table), presence, help, extract: \.section)
  }

  /// A section whose keys all have standard values.
  static func standardSection(_ name: String, _ table: Table, _ help: String) -> Key {
    Key(name, .section(table), .standard(value: "{}"), help, extract: \.section)
  }
}

extension Key where Value == [Section] {
  /// A list of parts that not every robot has.
  static func sections(_ name: String, _ table: Table, _ help: String) -> Key {
    list(name, table, .optional(example: "[\(table.example)]"), help)
  }

  /// A list with at least one entry.
  static func requiredSections(_ name: String, _ table: Table, _ help: String) -> Key {
    list(name, table, .required(example: "[\(table.example)]"), help)
  }

  private static func list(
    _ name: String, _ table: Table, _ presence: Field.Presence, _ help: String
  ) -> Key {
    Key(name, .list(of: .section(table)), presence, help) { value in
      value.list.map { $0.compactMap(\.value.section) }
    }
  }

  /// The same where there may be none.
  static func optionalSections(_ name: String, _ table: Table, _ help: String) -> Key {
    let example = Field.Presence.optional(example: "[\(table.example)]")
    return Key(name, .list(of: .section(table)), example, help) { value in
      value.list.map { $0.compactMap(\.value.section) }
    }
  }
}

extension Key where Value == [FileValue.Named] {
  /// Entries under names of the file's own choosing.
  static func map(
    _ name: String, of shape: Shape, _ presence: Field.Presence, _ help: String
  ) -> Key {
    Key(name, .map(of: shape), presence, help, extract: \.map)
  }
}

extension Key where Value == OutputName {
  static func output(_ name: String, _ presence: Field.Presence, _ help: String) -> Key {
    Key(name, .output, presence, help) { value in
      value.whole.map(OutputName.channel) ?? value.text.map(OutputName.named)
    }
  }
}

extension Key where Value == [AxisMap.Axis] {
  static func axes(_ name: String, _ help: String) -> Key {
    let words = AxisMap.Axis.allCases.map(\.rawValue)
    let shape = Shape.tuple(of: .choice(words, called: "an axis"), count: 3)
    return Key(name, shape, .optional(example: "[x, -y, -z]"), help) { value in
      let axes = value.list?.compactMap { $0.value.text.flatMap(AxisMap.Axis.init(rawValue:)) }
      return axes?.count == 3 ? axes : nil
    }
  }
}
