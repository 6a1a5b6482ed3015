// SPDX-License-Identifier: Apache-2.0
import Quantities

/// A unit as written in a board file, and its size in SI.
struct Unit: Hashable, Sendable {
  var symbol: String
  var inSI: Double

  init(_ symbol: String, _ inSI: Double) { (self.symbol, self.inSI) = (symbol, inSI) }

  static let hertz = Unit("Hz", 1)
  static let kilohertz = Unit("kHz", 1000)
  static let gigahertz = Unit("GHz", 1e9)
  static let seconds = Unit("s", 1)
  static let milliseconds = Unit("ms", 0.001)
  static let microseconds = Unit("us", 1e-6)
  static let degrees = Unit("deg", .pi / 180)
  static let degreesPerSecond = Unit("deg/s", .pi / 180)
  /// Source: standard gravity, 3rd General Conference on Weights and Measures, 1901.
  static let gravities = Unit("g", standardGravityMS2)
  static let metres = Unit("m", 1)
  static let millimetres = Unit("mm", 0.001)
  static let metresPerSecond = Unit("m/s", 1)
  static let perSecond = Unit("/s", 1)
  static let perSecondSquared = Unit("/s2", 1)
  static let pixels = Unit("px", 1)
  static let amperes = Unit("A", 1)
  static let volts = Unit("V", 1)
  static let ohms = Unit("Ohm", 1)
  static let percent = Unit("%", 0.01)
  /// Degrees Celsius stay so: nobody writes a board in kelvin.
  static let celsius = Unit("degC", 1)
  /// Of bytes.
  static let megabytes = Unit("MB", 1e6)

  static func named(_ symbol: String) -> (unit: Unit, dimension: Dimension)? {
    for dimension in Dimension.allCases {
      if let unit = dimension.units.first(where: { $0.symbol == symbol }) {
        return (unit, dimension)
      }
    }
    return nil
  }
}
