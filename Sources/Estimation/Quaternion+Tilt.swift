// SPDX-License-Identifier: Apache-2.0
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The angles robots ask for, of a body-to-earth rotation (x forward, y left, z up; z-y-x order).
/// ```
///   roll > 0: left side up      pitch > 0: nose down      heading > 0: turned left of east
/// ```
/// Source: ROS REP 103 (axes and signs).
extension Quaternion {
  /// Rotation about x, forward. Units: rad, -π...π.
  public var rollRad: Double { atan2(2 * (w * x + y * z), 1 - 2 * (x * x + y * y)) }

  /// Rotation about y, left. Units: rad, -π/2...π/2.
  public var pitchRad: Double { asin(min(max(2 * (w * y - z * x), -1), 1)) }

  /// Rotation about z, up; zero is east, or where a six-axis filter started. Units: rad, -π...π.
  public var headingRad: Double { atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z)) }

  /// Angle between the body's z axis and up. Units: rad, 0...π.
  public var inclinationRad: Double {
    2 * atan2((x * x + y * y).squareRoot(), (w * w + z * z).squareRoot())
  }
}
