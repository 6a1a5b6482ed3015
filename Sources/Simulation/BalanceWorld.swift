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
public final class BalanceWorld: World {
  static let effectiveLengthM = 0.16
  static let imuHeightM = 0.05
  static let maxSpeedMS = 2.0
  /// Speed response of the voltage-driven motors: 2.0 m/s / 0.25 s = 8 m/s2 at standstill.
  static let timeConstantS = 0.25
  static let coastTimeConstantS = 0.6
  /// Beyond this the robot counts as fallen.
  public static let fallenRad = 0.6
  /// Here the body lies on the floor.
  static let floorRad = 1.2

  public let motorCount = 2
  public private(set) var motion: Motion
  public private(set) var tiltRad: Double
  public private(set) var tiltRateRadS = 0.0
  public private(set) var positionM = 0.0
  public private(set) var speedMS = 0.0
  /// A hand holds the robot until it is let go.
  public private(set) var isHeld = true
  public private(set) var hasFallen = false

  private var random: SeededGenerator
  private var slipFactor = 1.0
  private var untilSlipS = 0.0

  public init(tiltRad: Double, seed: UInt64) {
    self.tiltRad = tiltRad
    random = SeededGenerator(seed: seed, stream: "balance world")
    motion = .rest
    feel(axleAcceleration: 0, tiltAcceleration: 0)
  }

  public var truth: SIMD8<Double> { [tiltRad, tiltRateRadS, positionM, speedMS, 0, 0, 0, 0] }

  /// The hand lets go, giving this rate.
  public func release(tiltRateRadS: Double) {
    isHeld = false
    self.tiltRateRadS = tiltRateRadS
  }

  /// A knock: the tilt rate jumps by this much.
  public func push(tiltRateRadS: Double) { self.tiltRateRadS += tiltRateRadS }

  public func advance(dtS: Double, left: MotorDrive, right: MotorDrive) {
    guard !isHeld else { return feel(axleAcceleration: 0, tiltAcceleration: 0) }
    untilSlipS -= dtS
    if untilSlipS <= 0 {
      untilSlipS += 0.1
      slipFactor = 1 + 0.03 * random.normal()
    }
    let acceleration =
      (Self.pull(left, speedMS, slipFactor) + Self.pull(right, speedMS, slipFactor)) / 2
    let tiltAcceleration =
      (standardGravityMS2 * sin(tiltRad) - acceleration * cos(tiltRad)) / Self.effectiveLengthM
    tiltRateRadS += dtS * tiltAcceleration
    tiltRad += dtS * tiltRateRadS
    speedMS += dtS * acceleration
    positionM += dtS * speedMS
    if abs(tiltRad) > Self.fallenRad { hasFallen = true }
    if abs(tiltRad) >= Self.floorRad {
      tiltRad = tiltRad > 0 ? Self.floorRad : -Self.floorRad
      tiltRateRadS = 0
    }
    feel(axleAcceleration: acceleration, tiltAcceleration: tiltAcceleration)
  }

  public func render(
    _ moment: SIMD8<Double>, into pixels: inout [UInt8], width: Int, height: Int
  ) {}

  private static func pull(_ drive: MotorDrive, _ speed: Double, _ slip: Double) -> Double {
    switch drive {
    case .driven(let voltage): (voltage * maxSpeedMS * slip - speed) / timeConstantS
    case .coasting: -speed / coastTimeConstantS
    }
  }

  /// Specific force = acceleration of the mounting point minus gravity, turned into the body frame.
  private func feel(axleAcceleration a: Double, tiltAcceleration: Double) {
    let (s, c, g, r) = (sin(tiltRad), cos(tiltRad), standardGravityMS2, Self.imuHeightM)
    let shake = isHeld ? 0 : 0.3 * abs(speedMS)
    motion = Motion(
      angularRateRadS: Vector3(0, tiltRateRadS, 0),
      specificForceMS2: Vector3(
        a * c - g * s + r * tiltAcceleration + shake * random.normal(), 0,
        a * s + g * c - r * tiltRateRadS * tiltRateRadS + shake * random.normal()))
  }
}
