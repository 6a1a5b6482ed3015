// SPDX-License-Identifier: Apache-2.0
import Planning
import Quantities
import Runtime
import Simulation

/// The comparison's upper end: the same search, but imagining with the true state and true physics.
final class OracleMind: Mind {
  let actionCount: Int
  private let planner: any Planner
  private let dynamics: any Dynamics

  init(planner: any Planner, dynamics: any Dynamics) {
    (self.planner, self.dynamics, actionCount) = (planner, dynamics, dynamics.actionCount)
  }

  func decide(_ percept: Percept, isOutOfTime: () -> Bool) -> Decision {
    if percept.isFirst { planner.reset() }
    let plan = planner.plan(dynamics, isOutOfTime: isOutOfTime)
    return Decision(action: plan.action, imagined: plan.imagined)
  }
}

/// The rover's true physics without noise. Distance: metres, half a metre for each radian of
/// heading.
final class TrueRoverDynamics: Dynamics {
  let actionCount = 2
  private let world: RoverWorld
  private let goal: Pose
  private let stepS: Double

  init(world: RoverWorld, goal: Pose, stepS: Double) {
    (self.world, self.goal, self.stepS) = (world, goal, stepS)
  }

  func distances(
    candidates: UnsafePointer<Float>, rows: Int, horizon: Int,
    into distances: UnsafeMutablePointer<Float>
  ) {
    let substeps = 15
    for row in 0..<rows {
      var body = world.body
      for step in 0..<horizon {
        let action = candidates + (row * horizon + step) * 2
        for _ in 0..<substeps {
          body.advance(
            dtS: stepS / Double(substeps), left: .driven(Double(action[0])),
            right: .driven(Double(action[1])))
        }
        let turn = 0.5 * body.pose.turnRad(to: goal)
        let away = body.pose.distanceM(to: goal)
        distances[row * horizon + step] = Float((away * away + turn * turn).squareRoot())
      }
    }
  }
}

/// The balancing robot's true physics without noise. Distance: from upright and still.
final class TrueBalanceDynamics: Dynamics {
  let actionCount = 1
  private let world: BalanceWorld
  private let stepS: Double

  init(world: BalanceWorld, stepS: Double) { (self.world, self.stepS) = (world, stepS) }

  func distances(
    candidates: UnsafePointer<Float>, rows: Int, horizon: Int,
    into distances: UnsafeMutablePointer<Float>
  ) {
    let substeps = 4
    for row in 0..<rows {
      var body = world.body
      for step in 0..<horizon {
        let drive = MotorDrive.driven(Double(candidates[row * horizon + step]))
        for _ in 0..<substeps {
          body.advance(dtS: stepS / Double(substeps), left: drive, right: drive)
        }
        let (tilt, rate, speed) = (body.tiltRad, body.tiltRateRadS, body.speedMS)
        let squares = 10 * tilt * tilt + 0.1 * rate * rate + 0.3 * speed * speed
        distances[row * horizon + step] = Float(squares.squareRoot())
      }
    }
  }
}
