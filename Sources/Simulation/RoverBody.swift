// SPDX-License-Identifier: Apache-2.0
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The rover as a thing that obeys mechanics: two gear motors, wheels that slip, walls that stop
/// it.
public struct RoverBody: Equatable, Sendable {
  public static let radiusM = 0.14
  package static let trackM = 0.4
  package static let maxSpeedMS = 0.5
  /// First-order response of motor, gear and rover mass.
  static let timeConstantS = 0.11
  static let coastTimeConstantS = 0.35

  public var pose: Pose
  /// Wheels: left, right.
  public private(set) var wheelMS = SIMD2<Double>(0, 0)
  /// Forward travel: zero against a wall while the wheels scrub.
  public private(set) var travelMS = 0.0
  public private(set) var yawRateRadS = 0.0
  public private(set) var isBlocked = false

  public init(pose: Pose) { self.pose = pose }

  /// Moves on by `dtS`. `grip` multiplies what each motor gives its wheel (1 = no slip).
  public mutating func advance(
    dtS: Double, left: MotorDrive, right: MotorDrive, grip: SIMD2<Double> = [1, 1]
  ) {
    wheelMS.x = Self.wheel(wheelMS.x, left, grip.x, dtS)
    wheelMS.y = Self.wheel(wheelMS.y, right, grip.y, dtS)
    travelMS = (wheelMS.x + wheelMS.y) / 2
    yawRateRadS = (wheelMS.y - wheelMS.x) / Self.trackM
    let middle = pose.headingRad + yawRateRadS * dtS / 2
    let x = pose.x + travelMS * cos(middle) * dtS
    let y = pose.y + travelMS * sin(middle) * dtS
    isBlocked = !Room.isFree(x: x, y: y, radiusM: Self.radiusM)
    if isBlocked {  // an inelastic bump: travel ends, wheels scrub
      wheelMS *= exp(-dtS / 0.083)
      travelMS = 0
    } else {
      (pose.x, pose.y) = (x, y)
    }
    pose.headingRad += yawRateRadS * dtS
  }

  /// Something holds the wheels.
  mutating func seize() { wheelMS = .zero }

  private static func wheel(_ speed: Double, _ drive: MotorDrive, _ grip: Double, _ dtS: Double)
    -> Double
  {
    switch drive {
    case .driven(let voltage):
      speed + (1 - exp(-dtS / timeConstantS)) * (voltage * maxSpeedMS * grip - speed)
    case .coasting: speed * exp(-dtS / coastTimeConstantS)
    }
  }
}
