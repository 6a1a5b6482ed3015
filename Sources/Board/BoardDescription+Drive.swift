// SPDX-License-Identifier: Apache-2.0

extension BoardDescription {
  /// What dead reckoning assumes of a robot that steers by its two sides' speeds.
  public struct Drive: Hashable, Sendable {
    /// The distance between the left and the right wheels.
    public var trackM: Double
    /// The speed that full power reaches.
    public var maxSpeedMS: Double
    /// The time after which a change of speed is 63 % done.
    public var timeConstantS: Double
  }
}

extension BoardDescription.Drive {
  enum Keys {
    static let track = Key.quantity(
      "track", .metres, 0.01...10, .required(example: "0.4 m"),
      "The distance between the left and the right wheels.")
    static let maxSpeed = Key.quantity(
      "max_speed", .metresPerSecond, 0.01...20, .required(example: "0.5 m/s"),
      "The speed that full power reaches.")
    static let timeConstant = Key.quantity(
      "time_constant", .seconds, 0.001...10, .required(example: "0.11 s"),
      "How long the motors take to reach 63 % of a new speed.")
  }

  static let table = Table([Keys.track, Keys.maxSpeed, Keys.timeConstant])

  init(_ section: Section) {
    trackM = section[Keys.track]
    maxSpeedMS = section[Keys.maxSpeed]
    timeConstantS = section[Keys.timeConstant]
  }
}
