// SPDX-License-Identifier: Apache-2.0
import Quantities
import Simulation

/// What an episode came to. Nil where the task has no such thing.
struct Outcome: Equatable {
  var hit: Bool?
  var held: Bool?
  var upright: Bool?
}

/// Watches the true world, plays hand and knocks, and says how it went. The robot cannot see it.
protocol Judge: AnyObject {
  var world: any World { get }
  /// The goal as a picture, for robots that are shown one.
  var goalPicture: [UInt8]? { get }
  var outcome: Outcome { get }

  /// The robot has just been armed.
  func begin(at now: Instant)

  /// Called once a gate period; false when the task is over.
  func observe(now: Instant) -> Bool
}

/// Rover: hit = within 0.25 m and 15 degrees at some time, held = so at the end.
final class RoverJudge: Judge {
  let task: RoverTask
  private let rover: RoverWorld
  private let duration: Interval
  private var end = Instant.zero
  private(set) var hasHit = false

  init(task: RoverTask, level: Level, world: RoverWorld, stepS: Double) {
    (self.task, rover) = (task, world)
    duration = Interval(seconds: Double(RoverTask.range(level).decisions) * stepS)
  }

  var world: any World { rover }
  var pose: Pose { rover.body.pose }
  var goalPicture: [UInt8]? { task.picture }
  var outcome: Outcome { Outcome(hit: hasHit, held: task.isHit(pose)) }

  func begin(at now: Instant) { end = now + duration }

  func observe(now: Instant) -> Bool {
    if task.isHit(pose) { hasHit = true }
    return now < end
  }
}

/// Balancing: the hand lets go after `memoryS`, two knocks follow, upright for five seconds.
final class BalanceJudge: Judge {
  /// The hand holds until the robot's memory is full, seconds.
  static let memoryS = 0.16

  private let task: BalanceTask
  private let robot: BalanceWorld
  private var armedAt = Instant.zero
  private var pushed = 0

  init(task: BalanceTask, world: BalanceWorld) { (self.task, robot) = (task, world) }

  var world: any World { robot }
  var goalPicture: [UInt8]? { nil }
  var outcome: Outcome { Outcome(upright: !robot.hasFallen) }

  func begin(at now: Instant) { armedAt = now }

  func observe(now: Instant) -> Bool {
    let elapsedS = (now - armedAt).seconds - Self.memoryS
    if elapsedS >= 0, robot.isHeld { robot.release(tiltRateRadS: task.tiltRateRadS) }
    if pushed < task.pushes.count, elapsedS >= BalanceTask.pushAtS[pushed] {
      robot.push(tiltRateRadS: task.pushes[pushed])
      pushed += 1
    }
    return elapsedS < BalanceTask.durationS && !robot.hasFallen
  }
}
