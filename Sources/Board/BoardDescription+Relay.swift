// SPDX-License-Identifier: Apache-2.0

extension BoardDescription {
  /// A switch on a GPIO line, closed while the line is high and its set point a half or more.
  public struct Relay: Hashable, Sendable {
    public var name: String
    /// By its computer name.
    public var line: String
    /// The shortest times closed and open, which spare the contacts.
    public var minimumOnS: Double
    public var minimumOffS: Double
    /// What a relay is told is 0 or 1, at once.
    public var limits: SetPointLimits {
      SetPointLimits(position: 0...1, ratePerS: 1000, slewPerS2: 100_000)
    }
  }
}

extension BoardDescription.Relay {
  enum Keys {
    static let name = Key.name("name", .required(example: "lamp"), "What the relay is called.")
    static let line = Key.text(
      "line", .required(example: "LAMP"), 
      "The GPIO line that closes it when high, by name: a low-active module would close whenever "
        + "the computer is off.")
    static let minimumOn = Key.quantity(
      "minimum_on", .seconds, 0...3600, .standard(value: "0.1 s"),
      "How long it stays closed at least.")
    static let minimumOff = Key.quantity(
      "minimum_off", .seconds, 0...3600, .standard(value: "0.1 s"),
      "How long it stays open at least.")
  }

  static let table = Table([Keys.name, Keys.line, Keys.minimumOn, Keys.minimumOff])

  init(_ section: Section, names: LineNames) {
    name = section[Keys.name]
    line = names.line(section[Keys.line])
    (minimumOnS, minimumOffS) = (section[Keys.minimumOn], section[Keys.minimumOff])
  }
}
