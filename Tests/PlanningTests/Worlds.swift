// SPDX-License-Identifier: Apache-2.0
import Planning

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A world with a state that can be stepped for real and in imagination.
class World: Dynamics {
  let actionCount: Int
  var state: SIMD4<Float>

  init(actionCount: Int, state: SIMD4<Float>) {
    (self.actionCount, self.state) = (actionCount, state)
  }

  func step(_ state: SIMD4<Float>, _ action: (Int) -> Float) -> SIMD4<Float> { state }
  func distance(_ state: SIMD4<Float>) -> Float { 0 }

  func act(_ action: SIMD8<Float>) { state = step(state) { action[$0] } }

  func distances(
    candidates: UnsafePointer<Float>, rows: Int, horizon: Int,
    into distances: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<rows {
      var s = state
      for k in 0..<horizon {
        let action = candidates + (row * horizon + k) * actionCount
        s = step(s) { action[$0] }
        distances[row * horizon + k] = distance(s)
      }
    }
  }
}

/// A pendulum hanging down whose motor is too weak to lift it at once (the mass, length, gravity
/// and torque of the Gym task), 0.1 s a step.
final class Pendulum: World {
  init() { super.init(actionCount: 1, state: [.pi, 0, 0, 0]) }

  /// From the upright, in -pi ... pi.
  var angle: Float { remainderf(state[0], 2 * .pi) }

  override func step(_ state: SIMD4<Float>, _ action: (Int) -> Float) -> SIMD4<Float> {
    var s = state
    for _ in 0..<2 {
      s[1] += 0.05 * (15 * sinf(s[0]) + 3 * action(0))
      s[0] += 0.05 * s[1]
    }
    return s
  }

  override func distance(_ state: SIMD4<Float>) -> Float {
    let angle = remainderf(state[0], 2 * .pi)
    return (angle * angle + 0.1 * state[1] * state[1]).squareRoot()
  }
}

/// Two carts on a plane, pushed by two forces; the goal is to rest at the origin; 0.1 s a step.
final class DoubleIntegrator: World {
  init(_ x: Float, _ y: Float) { super.init(actionCount: 2, state: [x, y, 0, 0]) }

  override func step(_ state: SIMD4<Float>, _ action: (Int) -> Float) -> SIMD4<Float> {
    var s = state
    s[2] += 0.1 * action(0)
    s[3] += 0.1 * action(1)
    s[0] += 0.1 * s[2]
    s[1] += 0.1 * s[3]
    return s
  }

  override func distance(_ state: SIMD4<Float>) -> Float {
    (state * state).sum().squareRoot()
  }
}

/// A world that is one closure from a candidate to its distances, and keeps what it was shown.
final class Recorded: Dynamics {
  let actionCount: Int
  /// One entry per call. Shape of each: `[rows, horizon, actionCount]`.
  private(set) var shown: [[Float]] = []
  private let rule: (_ call: Int, _ row: Int, _ sequence: [Float], _ step: Int) -> Float

  init(
    actionCount: Int, _ rule: @escaping (_ call: Int, _ row: Int, [Float], _ step: Int) -> Float
  ) {
    (self.actionCount, self.rule) = (actionCount, rule)
  }

  func distances(
    candidates: UnsafePointer<Float>, rows: Int, horizon: Int,
    into distances: UnsafeMutablePointer<Float>
  ) {
    let size = horizon * actionCount
    shown.append(Array(UnsafeBufferPointer(start: candidates, count: rows * size)))
    for row in 0..<rows {
      let sequence = Array(UnsafeBufferPointer(start: candidates + row * size, count: size))
      for k in 0..<horizon {
        distances[row * horizon + k] = rule(shown.count - 1, row, sequence, k)
      }
    }
  }
}

extension PlannerSettings {
  /// Settings with a few of them changed.
  static func with(_ bounds: [ClosedRange<Float>], _ change: (inout Self) -> Void = { _ in })
    -> Self
  {
    var settings = PlannerSettings(bounds: bounds)
    change(&settings)
    return settings
  }

  /// What the pendulum needs: a look ahead of 2 s and a path that counts in full.
  static func pendulum(_ change: (inout Self) -> Void = { _ in }) -> Self {
    with([-2...2]) {
      $0.horizon = 20
      $0.cost = PlanCost(pathWeight: 1, terminalWeight: 1)
      change(&$0)
    }
  }
}

/// Runs the loop and returns the mean squared distance over the episode and its end.
@discardableResult
func drive(_ world: World, with planner: some Planner, steps: Int) -> Float {
  var sum: Float = 0
  for _ in 0..<steps {
    let plan = planner.plan(world)
    if plan.isUsable { world.act(plan.action) }
    let distance = world.distance(world.state)
    sum += distance * distance
  }
  return sum / Float(steps)
}
