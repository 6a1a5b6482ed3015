// SPDX-License-Identifier: Apache-2.0

/// What a key may hold. Reading, messages and the JSON Schema all follow from it.
indirect enum Shape: Sendable {
  case text
  /// A word to refer to by: letters, digits, `-` and `_`, a letter first.
  case name
  case choice([String], called: String)
  case flag
  case whole(ClosedRange<Int>, hexadecimal: Bool)
  case number(ClosedRange<Double>)
  /// Bounds in `unit`; the file may use any unit of the dimension.
  case quantity(Unit, Bounds)
  /// `[low, high]`, both within the range.
  case interval(ClosedRange<Double>)
  /// `[low, high]`, both with a unit; the bounds are in `unit`.
  case quantities(Unit, ClosedRange<Double>)
  /// A channel of the PWM chip by its number, or an output of the computer by its name.
  case output
  case list(of: Shape)
  /// One value, or a list of them.
  case oneOrMore(Shape)
  /// Exactly this many entries.
  case tuple(of: Shape, count: Int)
  /// Keys of the file's own choosing, all with values of one shape.
  case map(of: Shape)
  case section(Table)

  /// Which numbers a quantity may take.
  enum Bounds: Sendable {
    case within(ClosedRange<Double>)
    /// Whole numbers only.
    case wholeWithin(ClosedRange<Double>)
    case oneOf([Double])
  }

  /// With its article, for "… is needed".
  var expectation: String {
    switch self {
    case .text: "text"
    case .name: "a name (letters, digits, - and _, a letter first)"
    case .choice(let words, let called): "\(called) (\(choices(words)))"
    case .flag: "true or false"
    case .whole(let range, let hexadecimal):
      "a whole number from \(Shape.written(range.lowerBound, hexadecimal)) to "
        + Shape.written(range.upperBound, hexadecimal)
    case .number(let range):
      "a number from \(plain(range.lowerBound)) to \(plain(range.upperBound))"
    case .quantity(let unit, let bounds): "\(unit.dimensionName) \(bounds.described(in: unit))"
    case .interval(let range):
      "a pair [low, high] within \(plain(range.lowerBound)) to \(plain(range.upperBound))"
    case .quantities(let unit, let range):
      "a pair [low, high], each \(Bounds.within(range).described(in: unit))"
    case .output:
      "a channel of the PWM chip (\(Shape.channels.lowerBound) to \(Shape.channels.upperBound)) "
        + "or the name of one of the computer's outputs"
    case .list(let element): "a list, each entry \(element.expectation)"
    case .oneOrMore(let element): "\(element.expectation), or a list of them"
    case .tuple(let element, let count): "a list of \(count), each \(element.expectation)"
    case .map(let element): "a group of names, each with \(element.expectation)"
    case .section(let table):
      "a group of keys (\(table.fields.map(\.name).joined(separator: ", ")))"
    }
  }

  /// Source: NXP PCA9685 rev. 4: channels LED0 to LED15.
  static let channels = 0...15

  static func written(_ number: Int, _ hexadecimal: Bool) -> String {
    guard hexadecimal, number >= 0 else { return "\(number)" }
    let digits = String(number, radix: 16, uppercase: true)
    return "0x" + (digits.count < 2 ? "0" : "") + digits
  }
}

extension Shape.Bounds {
  /// "from 4 Hz to 1000 Hz", "of 2, 4, 8 or 16 g".
  func described(in unit: Unit) -> String {
    switch self {
    case .within(let range), .wholeWithin(let range):
      "from \(plain(range.lowerBound)) \(unit.symbol) to \(plain(range.upperBound)) \(unit.symbol)"
    case .oneOf(let numbers):
      "of \(choices(numbers.map(plain))) \(unit.symbol)"
    }
  }

  /// The allowed number that `number` is, but for rounding in the change of units; else nil.
  func admits(_ number: Double) -> Double? {
    let slack = 1e-9 * max(1, abs(number))
    switch self {
    case .within(let range):
      guard number >= range.lowerBound - slack, number <= range.upperBound + slack else {
        return nil
      }
      return number
    case .wholeWithin(let range):
      guard range.contains(number), number == number.rounded() else { return nil }
      return number
    case .oneOf(let numbers):
      return numbers.first { abs($0 - number) <= slack }
    }
  }
}

extension Unit {
  /// With its article.
  var dimensionName: String { Unit.named(symbol)?.dimension.name ?? "a number of \(symbol)" }
}
