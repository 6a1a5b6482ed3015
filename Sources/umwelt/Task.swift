// SPDX-License-Identifier: Apache-2.0
import Quantities
import Simulation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// How hard an episode is.
enum Level: String, CaseIterable { case easy, medium, hard }

/// One episode of the rover: from `start`, reach the pose from which `picture` was taken.
struct RoverTask {
  let start: Pose
  let goal: Pose
  /// Shape: [64, 64, 3].
  let picture: [UInt8]

  /// Distance in metres and turn in degrees between start and goal, and decisions allowed, by
  /// level.
  static func range(_ level: Level) -> (
    distanceM: ClosedRange<Double>, turnDeg: Double, decisions: Int
  ) {
    switch level {
    case .easy: (0.5...0.75, 30, 20)
    case .medium: (0.5...1.0, 60, 25)
    case .hard: (1.0...1.5, 90, 40)
    }
  }
  static let hitDistanceM = 0.25
  static let hitTurnRad = 15 * Double.pi / 180

  /// Draws the episode that belongs to this seed.
  init(level: Level, room: Room, seed: UInt64) {
    var random = SeededGenerator(seed: seed, stream: "rover task")
    let (distance, turn, _) = Self.range(level)
    while true {
      let start = RoverWorld.randomPose(&random)
      let away = random.uniform(distance)
      let bearing = random.uniform(-Double.pi...Double.pi)
      let heading = start.headingRad + random.uniform(-turn...turn) * .pi / 180
      let goal = Pose(
        x: start.x + away * cos(bearing), y: start.y + away * sin(bearing), headingRad: heading)
      guard Room.isFree(x: goal.x, y: goal.y, radiusM: RoverBody.radiusM + 0.03) else { continue }
      (self.start, self.goal) = (start, goal)
      picture = RoverWorld.picture(of: room, from: goal, seed: seed)
      return
    }
  }

  func isHit(_ pose: Pose) -> Bool {
    pose.distanceM(to: goal) < Self.hitDistanceM && pose.turnRad(to: goal) < Self.hitTurnRad
  }
}

/// One episode of the balancing robot: let go at a tilt, pushed twice, upright for five seconds.
struct BalanceTask {
  let tiltRad: Double
  let tiltRateRadS: Double
  /// Signs of the pushes.
  let pushes: [Double]

  static let durationS = 5.0
  static let pushAtS = [2.0, 3.6]
  static let pushRadS = 1.0

  /// Largest tilt at release; the rate reaches four times as much a second.
  static func tiltRange(_ level: Level) -> Double {
    switch level {
    case .easy: 0.15
    case .medium: 0.2
    case .hard: 0.25
    }
  }

  init(level: Level, seed: UInt64) {
    var random = SeededGenerator(seed: seed, stream: "balance task")
    let range = Self.tiltRange(level)
    tiltRad = random.uniform(-range...range)
    tiltRateRadS = random.uniform(-4 * range...4 * range)
    pushes = Self.pushAtS.map { _ in random.uniform() < 0.5 ? -Self.pushRadS : Self.pushRadS }
  }
}
