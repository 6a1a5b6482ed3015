// SPDX-License-Identifier: Apache-2.0
import Quantities
import Runtime

/// Wanders a room to collect data: smooth random arcs, pauses, and away from what it bumped into.
final class RoverExplorer: Mind {
  /// A horizontal specific force that only a bump gives, m/s2.
  static let bumpMS2 = 6.0
  let actionCount = 2
  private var random: SeededGenerator
  private var forward = 0.0
  private var turn = 0.0

  init(seed: UInt64) { random = SeededGenerator(seed: seed, stream: "rover explorer") }

  func decide(_ percept: Percept, isOutOfTime: () -> Bool) -> Decision {
    if percept.isFirst { (forward, turn) = (random.uniform(-1...1), random.uniform(-1...1)) }
    if random.uniform() < 0.25 { forward = random.uniform(-0.6...1) }
    if random.uniform() < 0.3 { turn = 0.45 * random.normal() }
    if random.uniform() < 0.06 { (forward, turn) = (0, 0) }
    if percept.peakForceMS2 > Self.bumpMS2 {
      (forward, turn) = (random.uniform(-1...0.2), random.uniform(-1...1))
    }
    func jitter(_ value: Double) -> Float {
      Float(min(max(value + 0.1 * random.normal(), -1), 1))
    }
    var action = SIMD8<Float>.zero
    (action[0], action[1]) = (jitter(forward - turn), jitter(forward + turn))
    return Decision(action: action)
  }
}

/// Balances badly in many ways to collect data: a feedback law with random gains, and noise on top.
final class BalanceExplorer: Mind {
  let actionCount = 1
  private var random: SeededGenerator
  private let tiltGain, rateGain, speedGain, noise: Double
  private var wander = 0.0
  private var warmUp: Int

  /// - Parameter warmUp: decisions at the start that stay at zero, while the hand still holds.
  init(seed: UInt64, warmUp: Int) {
    var random = SeededGenerator(seed: seed, stream: "balance explorer")
    tiltGain = random.uniform(0...8)
    rateGain = random.uniform(0...0.8)
    speedGain = random.uniform(0...1)
    noise = random.uniform(0.1...1)
    (self.random, self.warmUp) = (random, warmUp)
  }

  func decide(_ percept: Percept, isOutOfTime: () -> Bool) -> Decision {
    guard warmUp == 0 else {
      warmUp -= 1
      return Decision(action: .zero)
    }
    wander = 0.6 * wander + noise * random.normal()
    let feedback =
      tiltGain * percept.pitchRad + rateGain * percept.gyroRadS.y
      + speedGain * (percept.speedMS ?? 0)
    var action = SIMD8<Float>.zero
    action[0] = Float(min(max(feedback + wander, -1), 1))
    return Decision(action: action)
  }
}
