// SPDX-License-Identifier: Apache-2.0

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

extension Key where Value == [Located<String>] {
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
  static func sections(_ name: String, _ table: Table, _ help: String) -> Key {
    let example = Field.Presence.required(example: "[\(table.example)]")
    return Key(name, .list(of: .section(table)), example, help) { value in
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
