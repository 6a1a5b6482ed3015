// SPDX-License-Identifier: Apache-2.0

extension Slot {
  /// A number with a unit of the right dimension, within bounds.
  ///
  /// Units: the result is in SI.
  func quantity(_ text: String, _ unit: Unit, _ bounds: Shape.Bounds) -> FileValue? {
    guard let dimension = Unit.named(unit.symbol)?.dimension else { return nil }
    let how = "Write \(dimension.name) like '\(example)', in \(choices(dimension.symbols))."
    guard let (number, symbol) = Numeral.split(text) else {
      return report(.wrongType, "'\(text)' is not \(dimension.name)", how)
    }
    if symbol.isEmpty { return report(.unit, "'\(text)' has no unit", how) }
    guard let written = dimension.units.first(where: { $0.symbol == symbol }) else {
      return refuseUnit(text, symbol, dimension, how)
    }
    let inUnit = written == unit ? number : number * written.inSI / unit.inSI
    guard inUnit.isFinite, let admitted = bounds.admits(inUnit) else {
      return report(
        .outOfRange, "\(text) is out of range",
        "\(capitalised(dimension.name)) \(bounds.described(in: unit)) is needed.")
    }
    return .number(admitted * unit.inSI)
  }

  /// Two numbers with units, the first below the second.
  func quantities(
    _ items: [Tree], _ unit: Unit, within range: ClosedRange<Double>, expected: String
  ) -> FileValue? {
    guard items.count == 2, let low = items[0].text, let high = items[1].text else {
      let found = items.count == 2 ? "something else than two numbers" : "a list of \(items.count)"
      return refuse(found, expected: expected)
    }
    let ends = [(low, items[0].place), (high, items[1].place)].compactMap { text, place in
      Slot(path: path, place: place, example: "\(plain(range.lowerBound)) \(unit.symbol)", log: log)
        .quantity(text, unit, .within(range))?.number
    }
    guard ends.count == 2 else { return nil }
    guard ends[0] < ends[1] else {
      return report(
        .outOfRange, "[\(low), \(high)] is the wrong way round",
        "\(capitalised(expected)) is needed, low below high.")
    }
    return .interval(ends[0]...ends[1])
  }

  private func refuseUnit(
    _ text: String, _ symbol: String, _ dimension: Dimension, _ how: String
  ) -> FileValue? {
    if let other = Unit.named(symbol)?.dimension {
      return report(.unit, "'\(text)' is \(other.name), not \(dimension.name)", how)
    }
    let hint = nearest(to: symbol, among: dimension.symbols).map { "Did you mean '\($0)'? " } ?? ""
    return report(.unit, "'\(text)' has the unknown unit '\(symbol)'", hint + how)
  }
}
