// SPDX-License-Identifier: Apache-2.0
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The balancing robot with a hand that holds it at first, knocks, slipping wheels and vibration.
public final class BalanceWorld: World {
  static let imuHeightM = 0.05
  /// Beyond this the robot counts as fallen.
  public static let fallenRad = 0.6

  public let motorCount = 2
  public private(set) var motion = Motion.rest
  public private(set) var body: BalanceBody
  /// A hand holds the robot until it is let go.
  public private(set) var isHeld = true
  public private(set) var hasFallen = false

  private var random: SeededGenerator
  private var grip = 1.0
  private var untilSlipS = 0.0

  public init(tiltRad: Double, seed: UInt64) {
    body = BalanceBody(tiltRad: tiltRad)
    random = SeededGenerator(seed: seed, stream: "balance world")
    feel()
  }

  /// Tilt rad, tilt rate rad/s, position m, speed m/s.
  public var truth: SIMD8<Double> {
    [body.tiltRad, body.tiltRateRadS, body.positionM, body.speedMS, 0, 0, 0, 0]
  }

  public var wheelMS: SIMD2<Double> { SIMD2(repeating: body.speedMS) }
  public var topSpeedMS: Double { BalanceBody.maxSpeedMS }

  /// The hand lets go, giving this rate.
  public func release(tiltRateRadS: Double) {
    isHeld = false
    body.tiltRateRadS = tiltRateRadS
  }

  /// A knock: the tilt rate jumps by this much.
  public func push(tiltRateRadS: Double) { body.tiltRateRadS += tiltRateRadS }

  public func advance(dtS: Double, left: MotorDrive, right: MotorDrive) {
    if !isHeld {
      untilSlipS -= dtS
      if untilSlipS <= 0 {
        untilSlipS += 0.1
        grip = 1 + 0.03 * random.normal()
      }
      body.advance(dtS: dtS, left: left, right: right, grip: grip)
      if abs(body.tiltRad) > Self.fallenRad { hasFallen = true }
    }
    feel()
  }

  public func render(
    _ moment: SIMD8<Double>, into pixels: inout [UInt8], width: Int, height: Int
  ) {}

  /// Specific force = acceleration of the mounting point minus gravity, turned into the body frame.
  private func feel() {
    let (s, c, r) = (sin(body.tiltRad), cos(body.tiltRad), Self.imuHeightM)
    let (a, g) = (body.axleAccelerationMS2, standardGravityMS2)
    let shake = isHeld ? 0 : 0.3 * abs(body.speedMS)
    motion = Motion(
      angularRateRadS: Vector3(0, isHeld ? 0 : body.tiltRateRadS, 0),
      specificForceMS2: Vector3(
        a * c - g * s + r * body.tiltAccelerationRadS2 + shake * random.normal(), 0,
        a * s + g * c - r * body.tiltRateRadS * body.tiltRateRadS + shake * random.normal()))
  }
}
