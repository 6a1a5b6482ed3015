// SPDX-License-Identifier: Apache-2.0
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Where a rover stands, in the room's frame (see `Room`).
public struct Pose: Equatable, Sendable {
  public var x, y, headingRad: Double

  public init(x: Double, y: Double, headingRad: Double) {
    (self.x, self.y, self.headingRad) = (x, y, headingRad)
  }

  /// Straight-line distance in metres.
  public func distanceM(to other: Pose) -> Double { hypot(x - other.x, y - other.y) }

  /// Absolute difference of headings, 0...pi.
  public func turnRad(to other: Pose) -> Double {
    abs(remainder(headingRad - other.headingRad, 2 * .pi))
  }
}
