// SPDX-License-Identifier: Apache-2.0

/// What a number measures, with the units people may write it in.
enum Dimension: CaseIterable, Sendable {
  case frequency, time, angle, angularSpeed, acceleration, length, speed
  case perSecond, perSecondSquared, pixels

  /// With its article, for messages.
  var name: String {
    switch self {
    case .frequency: "a frequency"
    case .time: "a time"
    case .angle: "an angle"
    case .angularSpeed: "an angular speed"
    case .acceleration: "an acceleration"
    case .length: "a length"
    case .speed: "a speed"
    case .perSecond: "a change per second"
    case .perSecondSquared: "a change per second squared"
    case .pixels: "a whole number of pixels"
    }
  }

  /// The usual unit first.
  var units: [Unit] {
    switch self {
    case .frequency: [.hertz, Unit("kHz", 1000)]
    case .time: [.seconds, .milliseconds]
    case .angle: [.degrees, Unit("rad", 1)]
    case .angularSpeed: [.degreesPerSecond, Unit("rad/s", 1)]
    case .acceleration: [.gravities, Unit("m/s2", 1)]
    case .length: [.metres, Unit("cm", 0.01), Unit("mm", 0.001)]
    case .speed: [.metresPerSecond, Unit("cm/s", 0.01)]
    case .perSecond: [.perSecond]
    case .perSecondSquared: [.perSecondSquared]
    case .pixels: [.pixels]
    }
  }

  var symbols: [String] { units.map(\.symbol) }
}
