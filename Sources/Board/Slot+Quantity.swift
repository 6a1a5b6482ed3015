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
