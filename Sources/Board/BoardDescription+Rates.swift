// SPDX-License-Identifier: Apache-2.0

extension BoardDescription {
  /// How often the robot acts and decides.
  public struct Rates: Hashable, Sendable {
    /// How often the gate lets a command through to the motors.
    public var gateHz: Double
    /// The time between two plans, which is one step of the model.
    public var decisionPeriodS: Double

    /// Gate ticks from one decision to the next.
    public var ticksPerDecision: Int { Int((decisionPeriodS * gateHz).rounded()) }
  }
}

extension BoardDescription.Rates {
  enum Keys {
    static let gate = Key.quantity(
      "gate", .hertz, 10...1000, .required(example: "100 Hz"),
      "How often the gate checks the command and drives the motors; at most the IMU's rate.")
    static let decision = Key.quantity(
      "decision", .seconds, 0.005...10, .required(example: "0.3 s"),
      "The time between two plans: a whole number of gate ticks, and the model's step.")
  }

  static let table = Table([Keys.gate, Keys.decision])

  init(_ section: Section) {
    gateHz = section[Keys.gate]
    decisionPeriodS = section[Keys.decision]
  }
}
