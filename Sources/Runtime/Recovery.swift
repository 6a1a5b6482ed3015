// SPDX-License-Identifier: Apache-2.0

/// Notices that progress was imagined but did not happen, and offers ways round.
///
/// A camera sees a pillar but the model was never inside one: it imagines driving on. When promised
/// progress fails to come, soonest after a bump that the IMU felt, the robot backs off, turns aside
/// and passes: the recovery behaviour of mobile robots (Macenski et al. 2020, "The Marathon 2: A
/// Navigation System"). Which side, imagination decides: ways round are candidates like any other.
///
/// For a differential drive: action = (left, right) duties.
package struct Recovery {
  /// Decisions over which promise and reality are compared, and how many suffice after a bump.
  package static let patience = 4
  package static let patienceAfterBump = 2
  /// Decisions for which a bump is remembered.
  package static let bumpMemory = 4
  /// A horizontal specific force that motors alone do not give, m/s2.
  package static let bumpMS2 = 9.8
  /// Promised progress a decision, metres-equivalent, below which there is nothing to compare.
  package static let leastPromise: Float = 0.03
  /// Nearer than this nothing can stand between the robot and the goal.
  package static let leastDistance: Float = 0.3
  /// The share of the promise that must come true.
  package static let leastShare: Float = 0.3
  /// Decisions of one way round: one or two off, one or two turning aside, the rest on.
  package static let length = 5
  package static let waysRound = 8

  private var promised = [Float](repeating: 0, count: patience)
  private var came = [Float](repeating: 0, count: patience)
  private var count = 0
  private var sinceBump = bumpMemory
  private var lastDistance: Float = 0
  private var lastPromise: Float?
  /// Whether the robot was driving forwards (1) or backwards (-1) when it last planned.
  private var direction: Float = 1
  /// Decisions of the way round still to be made; 0 when planning freely.
  package private(set) var remaining = 0
  /// Ways round, one after the other. Shape: [waysRound, length, 2].
  package private(set) var candidates = [Float](repeating: 0, count: waysRound * length * 2)
  private var chosen = 0

  package init() {}

  package mutating func clear() { (count, remaining, lastPromise) = (0, 0, nil) }

  /// Takes in where the robot is now; true when promises have failed for too long.
  package mutating func observe(distance: Float, peakForceMS2: Double) -> Bool {
    defer { lastDistance = distance }
    sinceBump = peakForceMS2 > Self.bumpMS2 ? 0 : sinceBump + 1
    guard let promise = lastPromise else { return false }
    promised[count % Self.patience] = lastDistance - promise
    came[count % Self.patience] = lastDistance - distance
    count += 1
    lastPromise = nil
    let window = sinceBump < Self.bumpMemory ? Self.patienceAfterBump : Self.patience
    guard count >= window, distance > Self.leastDistance else { return false }
    var (sum, real): (Float, Float) = (0, 0)
    for back in 1...window {
      sum += promised[(count - back) % Self.patience]
      real += came[(count - back) % Self.patience]
    }
    return sum > Self.leastPromise * Float(window) && real < Self.leastShare * sum
  }

  /// Remembers what the plan promises for the next decision, and which way it drives.
  package mutating func expect(_ nextDistance: Float, action: SIMD8<Float>) {
    lastPromise = nextDistance
    direction = action[0] + action[1] < 0 ? -1 : 1
  }

  /// Draws up the ways round for the direction in which the robot is stuck.
  package mutating func drawUp() {
    for number in 0..<Self.waysRound {
      let side: Float = number < 4 ? 0.9 : -0.9
      let turns = 1 + number % 2
      let off = 1 + number / 2 % 2
      for step in 0..<Self.length {
        let at = (number * Self.length + step) * 2
        let isTurning = step >= off && step < off + turns
        let along = step < off ? -direction : direction
        candidates[at] = isTurning ? -side : along
        candidates[at + 1] = isTurning ? side : along
      }
    }
  }

  /// Begins the way round with this number.
  package mutating func begin(_ number: Int) {
    (chosen, remaining, count, lastPromise) = (number, Self.length, 0, nil)
    sinceBump = Self.bumpMemory
  }

  /// The next action of the way round.
  package mutating func next() -> SIMD8<Float> {
    let at = (chosen * Self.length + Self.length - remaining) * 2
    remaining -= 1
    var action = SIMD8<Float>.zero
    (action[0], action[1]) = (candidates[at], candidates[at + 1])
    return action
  }
}
