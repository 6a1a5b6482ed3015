// SPDX-License-Identifier: Apache-2.0
import Safety

extension BoardDescription {
  /// One motor: what drives its bridge, and its limits.
  public struct Motor: Hashable, Sendable {
    public var name: String
    /// What sets the motor's power; nil for a DRV8833, which takes it on in1 and in2.
    public var pwm: Output?
    /// On when driving forward.
    public var in1: Output
    /// On when driving backward.
    public var in2: Output
    /// Whether the motor is wired or mounted the other way round.
    public var isInverted: Bool
    public var limits: SetPointLimits
  }

  /// What the gate lets through to one actuator, whose set point 0 is rest.
  public struct SetPointLimits: Hashable, Sendable {
    /// The lowest and the highest set point; holds 0.
    public var position: ClosedRange<Double>
    /// The set point's fastest change.
    public var ratePerS: Double
    /// The fastest change of that change.
    public var slewPerS2: Double
    /// What the actuator bears for long; nil for what does not heat up by its command.
    public var heat: HeatLimit?
  }
}

extension BoardDescription.Motor {
  enum Keys {
    static let name = Key.name("name", .required(example: "left"), "What the motor is called.")
    static let pwm = Key.output(
      "pwm", .optional(example: "0"),
      "What sets the motor's power: a channel of the PWM chip, or a PWM output of the computer by "
        + "name. Not for the DRV8833.")
    static let in1 = Key.output(
      "in1", .required(example: "1"),
      "What drives IN1, on when driving forward: a channel, a PWM output or a GPIO line.")
    static let in2 = Key.output(
      "in2", .required(example: "2"),
      "What drives IN2, on when driving backward: a channel, a PWM output or a GPIO line.")
    static let inverted = Key.flag(
      "inverted", standard: false, "True when forward turns the wheel backward.")
    static let limits = Key.section(
      "limits", BoardDescription.SetPointLimits.table, "What the gate lets through to this motor.")
  }

  static let table = Table([
    Keys.name, Keys.pwm, Keys.in1, Keys.in2, Keys.inverted, Keys.limits
  ])

  init(_ section: Section, names: LineNames) {
    name = section[Keys.name]
    pwm = section.find(Keys.pwm).map { names.output($0.value) }
    in1 = names.output(section[Keys.in1])
    in2 = names.output(section[Keys.in2])
    isInverted = section[Keys.inverted]
    limits = BoardDescription.SetPointLimits(section[Keys.limits])
  }
}

extension BoardDescription.SetPointLimits {
  enum Keys {
    static let position = Key.interval(
      "position", -1...1, .required(example: "[-1, 1]"),
      "The lowest and the highest command; 1 is full power forward.")
    static let rate = Key.quantity(
      "rate", .perSecond, 0.01...1000, .required(example: "12 /s"),
      "How fast the command may change: 12 /s goes from rest to full power in 83 ms.")
    static let slew = Key.quantity(
      "slew", .perSecondSquared, 0.1...100_000, .required(example: "1200 /s2"),
      "How fast that change may itself change: lower is gentler on the gears.")
    static let sustained = Key.number(
      "sustained", 0.05...1, .standard(value: "0.7"),
      "The command that a motor bears for ever; more is let through until its windings are warm. "
        + "Of no effect on servos.")
    static let heatTime = Key.quantity(
      "heat_time", .seconds, 0.1...3600, .standard(value: "30 s"),
      "How long a motor's windings take to 63 % of a new temperature.")
  }

  static let table = Table([
    Keys.position, Keys.rate, Keys.slew, Keys.sustained, Keys.heatTime
  ])

  /// - Parameter heats: whether the command is a power; a servo's is a place.
  init(_ section: Section, heats: Bool = true) {
    position = section[Keys.position]
    ratePerS = section[Keys.rate]
    slewPerS2 = section[Keys.slew]
    heat =
      heats
      ? HeatLimit(sustained: section[Keys.sustained], timeConstantS: section[Keys.heatTime]) : nil
  }
}
