// SPDX-License-Identifier: Apache-2.0

/// What a number measures, with the units people may write it in.
enum Dimension: CaseIterable, Sendable {
  case frequency, time, angle, angularSpeed, acceleration, length, speed
  case perSecond, perSecondSquared, pixels
  case current, voltage, resistance, share, temperature, size

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
    case .current: "a current"
    case .voltage: "a voltage"
    case .resistance: "a resistance"
    case .share: "a share"
    case .temperature: "a temperature"
    case .size: "a size"
    }
  }

  /// The usual unit first.
  var units: [Unit] {
    switch self {
    case .frequency: [.hertz, .kilohertz, Unit("MHz", 1e6), .gigahertz]
    case .time: [.seconds, .milliseconds, .microseconds]
    case .angle: [.degrees, Unit("rad", 1)]
    case .angularSpeed: [.degreesPerSecond, Unit("rad/s", 1)]
    case .acceleration: [.gravities, Unit("m/s2", 1)]
    case .length: [.metres, Unit("cm", 0.01), .millimetres]
    case .speed: [.metresPerSecond, Unit("cm/s", 0.01)]
    case .perSecond: [.perSecond]
    case .perSecondSquared: [.perSecondSquared]
    case .pixels: [.pixels]
    case .current: [.amperes, Unit("mA", 0.001)]
    case .voltage: [.volts, Unit("mV", 0.001)]
    case .resistance: [.ohms, Unit("mOhm", 0.001), Unit("kOhm", 1000)]
    case .share: [.percent]
    case .temperature: [.celsius]
    case .size: [.megabytes, Unit("kB", 1e3), Unit("GB", 1e9)]
    }
  }

  var symbols: [String] { units.map(\.symbol) }
}
