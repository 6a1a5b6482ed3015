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

/// A differential-drive rover in the painted room: two gear motors, wheels that slip, walls that stop it.
public final class RoverWorld: World {
  public static let radiusM = 0.14
  static let trackM = 0.4
  static let maxSpeedMS = 0.5
  /// First-order response of motor, gear and rover mass.
  static let timeConstantS = 0.11
  static let coastTimeConstantS = 0.35
  /// Relative wheel-speed error, redrawn every 0.1 s.
  static let slip = 0.03
  /// Structure-borne vibration a metre per second of travel, standard deviation.
  static let vibrationPerS = 0.6

  public let room: Room
  public let motorCount = 2
  public private(set) var pose: Pose
  public private(set) var hasCollided = false
  public private(set) var motion = Motion.rest

  private var speedMS = SIMD2<Double>(0, 0)  // wheels: left, right
  private var travelMS = 0.0  // body, forward: zero against a wall while the wheels scrub
  private var slipFactor = SIMD2<Double>(1, 1)
  private var untilSlipS = 0.0
  private var random: SeededGenerator
  private let camera = RoomCamera(width: 64, height: 64)

  public init(room: Room, start: Pose, seed: UInt64) {
    self.room = room
    pose = start
    random = SeededGenerator(seed: seed, stream: "rover world")
  }

  public var truth: SIMD8<Double> {
    [pose.x, pose.y, pose.headingRad, speedMS.x, speedMS.y, 0, 0, 0]
  }

  public func advance(dtS: Double, left: MotorDrive, right: MotorDrive) {
    redrawSlip(dtS)
    let before = travelMS
    speedMS.x = Self.wheel(speedMS.x, left, slipFactor.x, dtS)
    speedMS.y = Self.wheel(speedMS.y, right, slipFactor.y, dtS)
    travelMS = (speedMS.x + speedMS.y) / 2
    let yawRate = (speedMS.y - speedMS.x) / Self.trackM
    let middle = pose.headingRad + yawRate * dtS / 2
    let x = pose.x + travelMS * cos(middle) * dtS
    let y = pose.y + travelMS * sin(middle) * dtS
    if Room.isFree(x: x, y: y, radiusM: Self.radiusM) {
      (pose.x, pose.y) = (x, y)
    } else {  // an inelastic bump: travel ends, wheels scrub
      hasCollided = true
      speedMS *= pow(0.3, dtS / 0.1)
      travelMS = 0
    }
    pose.headingRad += yawRate * dtS
    let shake = Self.vibrationPerS * abs(travelMS)
    motion = Motion(
      angularRateRadS: Vector3(0, 0, yawRate),
      specificForceMS2: Vector3(
        (travelMS - before) / dtS + shake * random.normal(), travelMS * yawRate,
        standardGravityMS2 + shake * random.normal()))
  }

  public func render(
    _ moment: SIMD8<Double>, into pixels: inout [UInt8], width: Int, height: Int
  ) {
    precondition(width == camera.width && height == camera.height, "the rover's camera is 64x64")
    camera.draw(room, x: moment[0], y: moment[1], headingRad: moment[2], into: &pixels)
  }

  private func redrawSlip(_ dtS: Double) {
    untilSlipS -= dtS
    guard untilSlipS <= 0 else { return }
    untilSlipS += 0.1
    slipFactor = [1 + Self.slip * random.normal(), 1 + Self.slip * random.normal()]
  }

  private static func wheel(_ speed: Double, _ drive: MotorDrive, _ slip: Double, _ dtS: Double)
    -> Double
  {
    switch drive {
    case .driven(let voltage):
      speed + (1 - exp(-dtS / timeConstantS)) * (voltage * maxSpeedMS * slip - speed)
    case .coasting: speed * exp(-dtS / coastTimeConstantS)
    }
  }
}

extension RoverWorld {
  /// A place and heading drawn uniformly where the rover fits with `clearanceM` to spare.
  public static func randomPose(_ random: inout SeededGenerator, clearanceM: Double = 0.03) -> Pose {
    while true {
      let (x, y) = (random.uniform(0...Room.sizeM), random.uniform(0...Room.sizeM))
      let heading = random.uniform(-Double.pi...Double.pi)
      if Room.isFree(x: x, y: y, radiusM: radiusM + clearanceM) {
        return Pose(x: x, y: y, headingRad: heading)
      }
    }
  }

  /// The picture taken from `pose`, with the camera's noise: a goal.
  public static func picture(of room: Room, from pose: Pose, seed: UInt64) -> [UInt8] {
    var pixels = [UInt8](repeating: 0, count: 64 * 64 * 3)
    RoomCamera(width: 64, height: 64).draw(
      room, x: pose.x, y: pose.y, headingRad: pose.headingRad, into: &pixels)
    var random = SeededGenerator(seed: seed, stream: "goal picture")
    RoomCamera.addNoise(to: &pixels, &random)
    return pixels
  }
}
