// SPDX-License-Identifier: Apache-2.0
import Estimation
import Quantities
import Simulation
import Testing

#if canImport(Glibc)
  import Glibc
#endif

struct RoverTests {
  /// Free floor in every direction for more than a metre and a half.
  static let start = Pose(x: 1.2, y: 1.7, headingRad: 0)

  func drive(
    _ left: MotorDrive, _ right: MotorDrive, seconds: Double, from pose: Pose = start
  ) -> RoverBody {
    var body = RoverBody(pose: pose)
    for _ in 0..<Int(seconds * 1000) { body.advance(dtS: 0.001, left: left, right: right) }
    return body
  }

  @Test("Equal drives go straight ahead", arguments: [0.0, 0.5, 2, -2.5])
  func straight(heading: Double) {
    let start = Pose(x: 2, y: 1.9, headingRad: heading)
    let body = drive(.driven(1), .driven(1), seconds: 1, from: start)
    // v (t - T (1 - exp(-t/T))) with v = 0.5 m/s, T = 0.11 s
    #expect(abs(body.pose.distanceM(to: start) - 0.5 * (1 - 0.11)) < 2e-3)
    #expect(abs(body.pose.headingRad - heading) < 1e-12)
    #expect(abs(body.pose.x - start.x - cos(heading) * 0.445) < 2e-3)
    #expect(abs(body.pose.y - start.y - sin(heading) * 0.445) < 2e-3)
  }

  @Test(
    "A faster right wheel turns left, a faster left wheel right, by speed difference over track")
  func turns() {
    let left = drive(.driven(0), .driven(0.5), seconds: 2)
    let right = drive(.driven(0.5), .driven(0), seconds: 2)
    #expect(left.pose.headingRad > 0 && left.pose.y > Self.start.y)
    #expect(right.pose.headingRad < 0 && right.pose.y < Self.start.y)
    #expect(abs(left.yawRateRadS - 0.25 / RoverBody.trackM) < 1e-6)
    #expect(abs(left.pose.headingRad + right.pose.headingRad) < 1e-12)
  }

  @Test("Opposite drives turn on the spot")
  func spin() {
    let body = drive(.driven(-1), .driven(1), seconds: 2)
    #expect(body.pose.distanceM(to: Self.start) < 1e-12)
    #expect(body.pose.headingRad > 4)
  }

  @Test("No wheel gets faster than full voltage makes it, and coasting only slows")
  func energy() {
    var body = RoverBody(pose: Self.start)
    for _ in 0..<2000 {
      body.advance(dtS: 0.001, left: .driven(1), right: .driven(1))
      #expect(body.wheelMS.x <= RoverBody.maxSpeedMS && body.wheelMS.y <= RoverBody.maxSpeedMS)
    }
    var speed = body.wheelMS.x
    for _ in 0..<1000 {
      body.advance(dtS: 0.001, left: .coasting, right: .coasting)
      #expect(body.wheelMS.x < speed && body.wheelMS.x > 0)
      speed = body.wheelMS.x
    }
  }

  @Test("Walls and pillars stop it, whatever way it comes", arguments: 0..<12)
  func walls(direction: Int) {
    let heading = Double(direction) * .pi / 6
    let world = RoverWorld(
      room: Room(seed: 7), start: Pose(x: 2, y: 1.9, headingRad: heading), seed: 3)
    for _ in 0..<10_000 {
      world.advance(dtS: 0.001, left: .driven(1), right: .driven(1))
      let pose = world.body.pose
      #expect(Room.isFree(x: pose.x, y: pose.y, radiusM: RoverBody.radiusM))
    }
    #expect(world.hasCollided)
    #expect(world.body.travelMS == 0)
  }

  @Test("The IMU feels gravity up, the push forward and the pull of a left turn to the left")
  func motion() {
    let world = RoverWorld(room: Room(seed: 7), start: Self.start, seed: 5)
    world.advance(dtS: 0.001, left: .driven(1), right: .driven(1))
    // At standstill full voltage gives v / T = 0.5 / 0.11 m/s2.
    #expect(abs(world.motion.specificForceMS2.x - 0.5 / 0.11) < 0.5)
    for _ in 0..<1000 { world.advance(dtS: 0.001, left: .driven(0.3), right: .driven(0.6)) }
    let (rate, force) = (world.motion.angularRateRadS, world.motion.specificForceMS2)
    #expect(rate.x == 0 && rate.y == 0 && rate.z > 0.2)
    #expect(abs(force.y - world.body.travelMS * rate.z) < 1e-9 && force.y > 0)
    #expect(abs(force.z - 9.80665) < 1)
  }
}

struct BalanceTests {
  @Test("Without control it falls the way it leans", arguments: [0.05, -0.05, 0.3, -0.3])
  func falls(tilt: Double) {
    let world = BalanceWorld(tiltRad: tilt, seed: 1)
    world.release(tiltRateRadS: 0)
    for _ in 0..<2000 { world.advance(dtS: 0.001, left: .coasting, right: .coasting) }
    #expect(world.hasFallen)
    #expect(world.body.tiltRad * tilt > 0)
    #expect(abs(world.body.tiltRad) == BalanceBody.floorRad)
  }

  @Test("A hand holds it until it is let go")
  func held() {
    let world = BalanceWorld(tiltRad: 0.3, seed: 1)
    for _ in 0..<1000 { world.advance(dtS: 0.001, left: .driven(1), right: .driven(1)) }
    #expect(world.isHeld && world.body.tiltRad == 0.3 && world.body.positionM == 0)
  }

  @Test("A falling body keeps its energy while the axle stands")
  func energy() {
    var body = BalanceBody(tiltRad: 0.05)
    func energyS2() -> Double {
      body.tiltRateRadS * body.tiltRateRadS / 2
        + 9.80665 / BalanceBody.effectiveLengthM * cos(body.tiltRad)
    }
    let before = energyS2()
    while body.tiltRad < 1 { body.advance(dtS: 1e-5, left: .coasting, right: .coasting) }
    #expect(body.positionM == 0 && body.tiltRateRadS > 1)
    #expect(abs(energyS2() - before) < 1e-3 * before)
  }

  @Test("Driving the wheels under the lean pushes the body back")
  func control() {
    var free = BalanceBody(tiltRad: 0.1)
    var driven = free
    for _ in 0..<100 {
      free.advance(dtS: 0.001, left: .coasting, right: .coasting)
      driven.advance(dtS: 0.001, left: .driven(1), right: .driven(1))
    }
    #expect(driven.tiltRateRadS < 0 && free.tiltRateRadS > 0)
    #expect(driven.positionM > 0)
  }

  @Test("A knock forward tips it forward")
  func push() {
    let world = BalanceWorld(tiltRad: 0, seed: 1)
    world.release(tiltRateRadS: 0)
    world.push(tiltRateRadS: 1)
    for _ in 0..<50 { world.advance(dtS: 0.001, left: .coasting, right: .coasting) }
    #expect(world.body.tiltRad > 0.03)
    #expect(world.motion.angularRateRadS.y > 0.9)
  }

  @Test(
    "Leaning forward, the IMU feels gravity backward on x: the filter sees its nose down",
    arguments: [0.3, 0.1, -0.2])
  func gravity(tilt: Double) {
    let world = BalanceWorld(tiltRad: tilt, seed: 1)
    world.advance(dtS: 0.001, left: .coasting, right: .coasting)
    let force = world.motion.specificForceMS2
    #expect(abs(force.x + 9.80665 * sin(tilt)) < 1e-9)
    #expect(abs(force.z - 9.80665 * cos(tilt)) < 1e-9)
    var filter = AttitudeFilter(sampleRateHz: 100)
    for _ in 0..<1000 {
      filter.update(gyroRadS: world.motion.angularRateRadS, accelMS2: force)
    }
    #expect(abs(filter.bodyToEarth.pitchRad - tilt) < 1e-3)
  }
}
