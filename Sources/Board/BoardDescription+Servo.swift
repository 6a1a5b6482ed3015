// SPDX-License-Identifier: Apache-2.0

extension BoardDescription {
  /// A hobby servo: set point -1 and 1 are the ends of its travel, 0 the middle.
  public struct Servo: Hashable, Sendable {
    public var name: String
    public var output: Output
    /// The pulses that turn it to its ends, seconds.
    public var pulseS: ClosedRange<Double>
    /// The angle between those ends.
    public var travelRad: Double
    public var isInverted: Bool
    /// Where it stands before the first pulse, as a set point.
    public var rest: Double
    /// How fast it goes from there to the first command.
    public var approachRadS: Double
    public var limits: SetPointLimits
  }

  /// A speed controller for a brushless motor, told by servo pulses.
  public struct ESC: Hashable, Sendable {
    public var name: String
    public var output: Output
    /// The pulses of its lowest and highest speed, seconds.
    public var pulseS: ClosedRange<Double>
    /// Whether it turns both ways: then rest is the middle pulse, else the lowest.
    public var isReversible: Bool
    /// How long it wants to see rest before it obeys.
    public var armingS: Double
    /// How fast it goes from rest to the first command, set points a second.
    public var approachPerS: Double
    public var limits: SetPointLimits
  }
}

extension BoardDescription.Servo {
  enum Keys {
    static let name = Key.name("name", .required(example: "gripper"), "What the servo is called.")
    static let output = Key.output(
      "output", .required(example: "6"),
      "Its signal wire: a channel of the PWM chip, or a PWM output of the computer by name.")
    static let pulse = Pulses.key("The pulses of its two ends: [low, high]; 0 is the middle.")
    static let inverted = Key.flag(
      "inverted", standard: false, "True when the high pulse is what you call the low end.")
    static let travel = Key.quantity(
      "travel", .degrees, 1...3600, .standard(value: "90 deg"),
      "The angle between its two ends.")
    static let rest = Key.number(
      "rest", -1...1, .standard(value: "0"), "Where it stands before the first pulse: -1 to 1.")
    static let approach = Key.quantity(
      "approach", .degreesPerSecond, 1...3600, .standard(value: "60 deg/s"),
      "How fast it goes from there to the first command.")
    static let limits = Key.section(
      "limits", BoardDescription.SetPointLimits.table, "What the gate lets through to this servo.")
  }

  static let table = Table([
    Keys.name, Keys.output, Keys.pulse, Keys.travel, Keys.inverted, Keys.rest, Keys.approach,
    Keys.limits
  ])

  init(_ section: Section, names: LineNames) {
    name = section[Keys.name]
    output = names.output(section[Keys.output])
    pulseS = section[Keys.pulse]
    (travelRad, isInverted) = (section[Keys.travel], section[Keys.inverted])
    (rest, approachRadS) = (section[Keys.rest], section[Keys.approach])
    limits = BoardDescription.SetPointLimits(section[Keys.limits], heats: false)
  }
}

extension BoardDescription.ESC {
  enum Keys {
    static let name = Key.name("name", .required(example: "thruster"), "What the ESC is called.")
    static let output = Key.output(
      "output", .required(example: "7"),
      "Its signal wire: a channel of the PWM chip, or a PWM output of the computer by name.")
    static let pulse = Pulses.key("The pulses of its lowest and highest speed: [low, high].")
    static let reversible = Key.flag(
      "reversible", standard: false, "True when it turns both ways: rest is the middle pulse.")
    static let arming = Key.quantity(
      "arming", .seconds, 0...10, .standard(value: "2 s"),
      "How long it wants to see rest before it obeys.")
    static let approach = Key.quantity(
      "approach", .perSecond, 0.01...100, .standard(value: "0.5 /s"),
      "How fast it goes from rest to the first command: 0.5 /s takes 2 s to full power.")
    static let limits = Key.section(
      "limits", BoardDescription.SetPointLimits.table, "What the gate lets through to this ESC.")
  }

  static let table = Table([
    Keys.name, Keys.output, Keys.pulse, Keys.reversible, Keys.arming, Keys.approach,
    Keys.limits
  ])

  init(_ section: Section, names: LineNames) {
    name = section[Keys.name]
    output = names.output(section[Keys.output])
    pulseS = section[Keys.pulse]
    isReversible = section[Keys.reversible]
    (armingS, approachPerS) = (section[Keys.arming], section[Keys.approach])
    limits = BoardDescription.SetPointLimits(section[Keys.limits])
  }
}

private enum Pulses {
  /// No servo or ESC is sold outside 500 to 2500 us; the wider bounds leave room to calibrate.
  static func key(_ help: String) -> Key<ClosedRange<Double>> {
    .quantities(
      "pulse", .microseconds, 400...2600, .required(example: "[1000 us, 2000 us]"), help)
  }
}
