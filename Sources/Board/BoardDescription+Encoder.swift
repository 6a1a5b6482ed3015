// SPDX-License-Identifier: Apache-2.0

extension BoardDescription {
  /// A quadrature encoder on a motor's wheel.
  public struct Encoder: Hashable, Sendable {
    /// The motor whose wheel it counts.
    public var motor: String
    /// Its two lines, by their computer names.
    public var aLine: String
    public var bLine: String
    /// Edges of both lines together in one turn of the wheel.
    public var countsPerTurn: Int
    public var wheelDiameterM: Double
    /// Turning forward, B leads.
    public var isInverted: Bool
  }
}

extension BoardDescription.Encoder {
  enum Keys {
    static let motor = Key.name(
      "motor", .required(example: "left"), "The motor whose wheel it counts.")
    static let a = Key.text(
      "a", .required(example: "LEFT_A"), "The GPIO line of channel A, by name; it leads forward.")
    static let b = Key.text("b", .required(example: "LEFT_B"), "The GPIO line of channel B.")
    static let counts = Key.whole(
      "counts_per_turn", 4...100_000, .required(example: "1440"),
      "Edges of both channels in one turn of the wheel, gears included.")
    static let wheel = Key.quantity(
      "wheel_diameter", .millimetres, 5...1000, .required(example: "65 mm"),
      "The wheel's diameter.")
    static let inverted = Key.flag(
      "inverted", standard: false, "True when B leads while it turns forward.")
  }

  static let table = Table([Keys.motor, Keys.a, Keys.b, Keys.counts, Keys.wheel, Keys.inverted])

  init(_ section: Section, names: LineNames) {
    motor = section[Keys.motor]
    aLine = names.line(section[Keys.a])
    bLine = names.line(section[Keys.b])
    countsPerTurn = section[Keys.counts]
    (wheelDiameterM, isInverted) = (section[Keys.wheel], section[Keys.inverted])
  }
}
