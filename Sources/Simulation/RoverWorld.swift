// SPDX-License-Identifier: Apache-2.0
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A rover in the painted room, with everything that makes it less than ideal.
public final class RoverWorld: World {
  /// Relative wheel-speed error, redrawn every 0.1 s.
  static let slip = 0.03
  /// Structure-borne vibration, m/s2 for each m/s of travel, standard deviation.
  static let vibrationPerS = 0.6

  public let room: Room
  public let motorCount = 2
  public private(set) var body: RoverBody
  public private(set) var hasCollided = false
  public private(set) var motion = Motion.rest

  private var isBlocked = false
  private var grip = SIMD2<Double>(1, 1)
  private var untilSlipS = 0.0
  private var random: SeededGenerator
  private let camera = RoomCamera(width: 64, height: 64)

  /// The share of the supply below which a motor only hums; gear friction.
  private let deadBand: Double

  public init(room: Room, start: Pose, seed: UInt64, deadBand: Double = 0) {
    (self.room, self.deadBand) = (room, deadBand)
    body = RoverBody(pose: start)
    random = SeededGenerator(seed: seed, stream: "rover world")
  }

  public var wheelMS: SIMD2<Double> { body.wheelMS }
  public var topSpeedMS: Double { RoverBody.maxSpeedMS }

  public func distanceM(bearingRad: Double) -> Double? {
    let angle = body.pose.headingRad + bearingRad
    let hit = room.cast(x: body.pose.x, y: body.pose.y, cosine: cos(angle), sine: sin(angle))
    return max(0, hit.distanceM - RoverBody.radiusM)
  }

  public func block(_ isBlocked: Bool) -> Bool {
    self.isBlocked = isBlocked
    return true
  }

  /// x m, y m, heading rad, left and right wheel m/s.
  public var truth: SIMD8<Double> {
    [body.pose.x, body.pose.y, body.pose.headingRad, body.wheelMS.x, body.wheelMS.y, 0, 0, 0]
  }

  public func advance(dtS: Double, left: MotorDrive, right: MotorDrive) {
    untilSlipS -= dtS
    if untilSlipS <= 0 {
      untilSlipS += 0.1
      grip = [1 + Self.slip * random.normal(), 1 + Self.slip * random.normal()]
    }
    let before = body.travelMS
    if isBlocked { body.seize() }
    body.advance(
      dtS: dtS, left: isBlocked ? .driven(0) : left.less(deadBand),
      right: isBlocked ? .driven(0) : right.less(deadBand), grip: grip)
    if body.isBlocked { hasCollided = true }
    let shake = Self.vibrationPerS * abs(body.travelMS)
    motion = Motion(
      angularRateRadS: Vector3(0, 0, body.yawRateRadS),
      specificForceMS2: Vector3(
        (body.travelMS - before) / dtS + shake * random.normal(), body.travelMS * body.yawRateRadS,
        standardGravityMS2 + shake * random.normal()),
      magneticT: Self.fieldT(headingRad: body.pose.headingRad))
  }

  /// The Earth's field along the axes of a rover; heading 0 is east.
  private static func fieldT(headingRad: Double) -> Vector3 {
    let (s, c, earth) = (sin(headingRad), cos(headingRad), Motion.earthFieldT)
    return Vector3(c * earth.x + s * earth.y, c * earth.y - s * earth.x, earth.z)
  }

  public func render(
    _ moment: SIMD8<Double>, into pixels: inout [UInt8], width: Int, height: Int
  ) {
    precondition(width == camera.width && height == camera.height, "the rover's camera is 64x64")
    camera.draw(room, x: moment[0], y: moment[1], headingRad: moment[2], into: &pixels)
  }
}

extension RoverWorld {
  /// A place and heading drawn uniformly where the rover fits with `clearanceM` to spare.
  public static func randomPose(_ random: inout SeededGenerator, clearanceM: Double = 0.03) -> Pose
  {
    while true {
      let (x, y) = (random.uniform(0...Room.sizeM), random.uniform(0...Room.sizeM))
      let heading = random.uniform(-Double.pi...Double.pi)
      if Room.isFree(x: x, y: y, radiusM: RoverBody.radiusM + clearanceM) {
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

extension MotorDrive {
  /// What friction leaves of a voltage.
  fileprivate func less(_ deadBand: Double) -> MotorDrive {
    guard deadBand > 0, case .driven(let voltage) = self else { return self }
    let left = max(0, abs(voltage) - deadBand)
    return .driven(voltage < 0 ? -left : left)
  }
}
