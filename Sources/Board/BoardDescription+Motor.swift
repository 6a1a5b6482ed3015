// SPDX-License-Identifier: Apache-2.0

extension BoardDescription {
  /// One motor: its PWM channels and its limits.
  public struct Motor: Hashable, Sendable {
    public var name: String
    /// The channel whose duty is the motor's power.
    public var pwmChannel: Int
    /// The channel, fully on or off, that is on when driving forward.
    public var in1Channel: Int
    /// The channel, fully on or off, that is on when driving backward.
    public var in2Channel: Int
    /// Whether the motor is wired or mounted the other way round.
    public var isInverted: Bool
    public var limits: MotorLimits
  }

  /// What the gate lets through to one motor, whose command is 1 for full power forward.
  public struct MotorLimits: Hashable, Sendable {
    /// The lowest and the highest command; holds 0, which is rest.
    public var position: ClosedRange<Double>
    /// The command's fastest change.
    public var ratePerS: Double
    /// The fastest change of that change.
    public var slewPerS2: Double
  }
}

extension BoardDescription.Motor {
  enum Keys {
    static let name = Key.name("name", .required(example: "left"), "What the motor is called.")
    static let pwm = channel("pwm", example: 0, "The channel that sets the motor's power.")
    static let in1 = channel(
      "in1", example: 1, "The channel wired to IN1: on when driving forward.")
    static let in2 = channel(
      "in2", example: 2, "The channel wired to IN2: on when driving backward.")
    static let inverted = Key.flag(
      "inverted", standard: false, "True when forward turns the wheel backward.")
    static let limits = Key.section(
      "limits", BoardDescription.MotorLimits.table, "What the gate lets through to this motor.")

    /// Source: NXP PCA9685 rev. 4: channels LED0 to LED15.
    private static func channel(_ name: String, example: Int, _ help: String) -> Key<Int> {
      .whole(name, 0...15, .required(example: "\(example)"), help)
    }
  }

  static let table = Table([
    Keys.name, Keys.pwm, Keys.in1, Keys.in2, Keys.inverted, Keys.limits
  ])

  init(_ section: Section) {
    name = section[Keys.name]
    pwmChannel = section[Keys.pwm]
    in1Channel = section[Keys.in1]
    in2Channel = section[Keys.in2]
    isInverted = section[Keys.inverted]
    limits = BoardDescription.MotorLimits(section[Keys.limits])
  }
}

extension BoardDescription.MotorLimits {
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
  }

  static let table = Table([Keys.position, Keys.rate, Keys.slew])

  init(_ section: Section) {
    position = section[Keys.position]
    ratePerS = section[Keys.rate]
    slewPerS2 = section[Keys.slew]
  }
}
