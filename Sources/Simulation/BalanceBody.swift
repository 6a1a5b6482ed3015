// SPDX-License-Identifier: Apache-2.0
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A two-wheel self-balancing robot in its plane of motion: a pole on a motor-driven axle.
///
/// ```
///     \  tilt > 0: leaning forward, falling towards +x
///      \ |
///   IMU * |
///        \|
///  -------O-------> x (forward)
/// ```
/// tilt'' = (g sin(tilt) - a cos(tilt)) / l with axle acceleration a, l = 4/3 of the half length.
public struct BalanceBody: Equatable, Sendable {
  package static let effectiveLengthM = 0.16
  package static let maxSpeedMS = 2.0
  /// Speed response of the voltage-driven motors: 2.0 m/s / 0.25 s = 8 m/s2 at standstill.
  static let timeConstantS = 0.25
  static let coastTimeConstantS = 0.6
  /// Here the body lies on the floor.
  package static let floorRad = 1.2

  public var tiltRad: Double
  public var tiltRateRadS = 0.0
  public private(set) var positionM = 0.0
  public private(set) var speedMS = 0.0
  public private(set) var axleAccelerationMS2 = 0.0
  public private(set) var tiltAccelerationRadS2 = 0.0

  public init(tiltRad: Double) { self.tiltRad = tiltRad }

  public mutating func advance(
    dtS: Double, left: MotorDrive, right: MotorDrive, grip: Double = 1
  ) {
    axleAccelerationMS2 = (Self.pull(left, speedMS, grip) + Self.pull(right, speedMS, grip)) / 2
    tiltAccelerationRadS2 =
      (standardGravityMS2 * sin(tiltRad) - axleAccelerationMS2 * cos(tiltRad))
      / Self.effectiveLengthM
    tiltRateRadS += dtS * tiltAccelerationRadS2
    tiltRad += dtS * tiltRateRadS
    speedMS += dtS * axleAccelerationMS2
    positionM += dtS * speedMS
    if abs(tiltRad) >= Self.floorRad {
      tiltRad = tiltRad > 0 ? Self.floorRad : -Self.floorRad
      tiltRateRadS = 0
    }
  }

  private static func pull(_ drive: MotorDrive, _ speed: Double, _ grip: Double) -> Double {
    switch drive {
    case .driven(let voltage): (voltage * maxSpeedMS * grip - speed) / timeConstantS
    case .coasting: -speed / coastTimeConstantS
    }
  }
}
