// SPDX-License-Identifier: Apache-2.0

/// Where the robot may be, from where it was armed: x forward, y left, metres.
public struct Workspace: Equatable, Hashable, Sendable {
  /// How far it may go.
  public var radiusM: Double
  /// Where it may not go.
  public var keepOut: [Circle]

  public struct Circle: Equatable, Hashable, Sendable {
    public var xM, yM, radiusM: Double

    public init(xM: Double, yM: Double, radiusM: Double) {
      (self.xM, self.yM, self.radiusM) = (xM, yM, radiusM)
    }
  }

  public init(radiusM: Double, keepOut: [Circle] = []) {
    precondition(radiusM > 0, "a radius is above 0")
    (self.radiusM, self.keepOut) = (radiusM, keepOut)
  }

  /// Whether a robot there that needs `stopM` to stop stays inside whichever way it drives. A place
  /// that is not finite is none.
  public func holds(_ place: SIMD2<Double>, stopM: Double) -> Bool {
    let distanceM = (place.x * place.x + place.y * place.y).squareRoot()
    guard distanceM + stopM <= radiusM else { return false }
    for circle in keepOut {
      let (dx, dy) = (place.x - circle.xM, place.y - circle.yM)
      guard (dx * dx + dy * dy).squareRoot() - stopM >= circle.radiusM else { return false }
    }
    return true
  }
}
