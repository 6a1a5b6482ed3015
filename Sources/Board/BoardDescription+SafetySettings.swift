// SPDX-License-Identifier: Apache-2.0

extension BoardDescription {
  /// When the gate stops the robot, and how.
  public struct SafetySettings: Hashable, Sendable {
    /// The oldest frame to act on.
    public var frameTimeoutS: Double
    /// The oldest IMU sample to act on.
    public var imuTimeoutS: Double
    /// The oldest plan to act on.
    public var planTimeoutS: Double
    /// How long the gate takes to bring a full command to rest.
    public var rampS: Double
    /// The largest angle between the body's z axis and up.
    public var tiltRad: Double
  }
}

extension BoardDescription.SafetySettings {
  enum Keys {
    static let frameTimeout = Key.quantity(
      "frame_timeout", .seconds, 0.01...60, .standard(value: "0.5 s"),
      "Stop when the newest frame is older than this.")
    static let imuTimeout = Key.quantity(
      "imu_timeout", .milliseconds, 1...10_000, .standard(value: "50 ms"),
      "Stop when the newest IMU sample is older than this.")
    static let planTimeout = Key.quantity(
      "plan_timeout", .seconds, 0.01...60, .optional(example: "1 s"),
      "Stop when the newest plan is older than this; three decisions when absent.")
    static let ramp = Key.quantity(
      "ramp", .seconds, 0...10, .standard(value: "0.3 s"),
      "How long a stop from full power takes.")
    static let tilt = Key.quantity(
      "tilt", .degrees, 5...180, .standard(value: "50 deg"),
      "Stop when the robot leans over by more than this.")
  }

  static let table = Table([
    Keys.frameTimeout, Keys.imuTimeout, Keys.planTimeout, Keys.ramp, Keys.tilt
  ])

  init(_ section: Section, decisionPeriodS: Double) {
    frameTimeoutS = section[Keys.frameTimeout]
    imuTimeoutS = section[Keys.imuTimeout]
    planTimeoutS = section.find(Keys.planTimeout)?.value ?? 3 * decisionPeriodS
    rampS = section[Keys.ramp]
    tiltRad = section[Keys.tilt]
  }
}
