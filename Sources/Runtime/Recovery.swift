// SPDX-License-Identifier: Apache-2.0

/// Notices that progress was imagined but did not happen, and offers ways round.
///
/// A camera sees a pillar but the model was never inside one: it imagines driving on. When the
/// promised progress fails to come, the robot backs off, turns aside and passes, the recovery
/// behaviour of mobile robots (Macenski et al. 2020, "The Marathon 2: A Navigation System", section
/// III-B). Which side, imagination decides: the ways round are candidates like any other.
///
/// For a differential drive: action = (left, right) duties.
struct Recovery {
  /// Decisions over which promise and reality are compared.
  static let patience = 4
  /// Promised progress, metres-equivalent, below which there is nothing to compare.
  static let leastPromise: Float = 0.12
  /// The share of the promise that must come true.
  static let leastShare: Float = 0.3
  /// Decisions of one way round: two back, one or two turning aside, the rest forward.
  static let length = 7

  private var promised = [Float](repeating: 0, count: patience)
  private var came = [Float](repeating: 0, count: patience)
  private var count = 0
  private var lastDistance: Float = 0
  private var lastPromise: Float?
  /// Decisions of the way round still to be made; 0 when planning freely.
  private(set) var remaining = 0
  /// Shape: [length, 2].
  private var way = [Float](repeating: 0, count: length * 2)

  /// Ways round, one after the other. Shape: [waysRound, length, 2].
  static let candidates: [Float] = {
    var all: [Float] = []
    for side: Float in [1, -1] {
      for turns in 1...2 {
        for step in 0..<length {
          switch step {
          case 0..<2: all += [-1, -1]
          case 2..<(2 + turns): all += [-side * 0.9, side * 0.9]
          default: all += [1, 1]
          }
        }
      }
    }
    return all
  }()
  static let waysRound = 4

  mutating func clear() { (count, remaining, lastPromise) = (0, 0, nil) }

  /// Takes in where the robot is now; true when promises have failed for too long.
  mutating func observe(distance: Float) -> Bool {
    defer { lastDistance = distance }
    guard let promise = lastPromise else { return false }
    promised[count % Self.patience] = lastDistance - promise
    came[count % Self.patience] = lastDistance - distance
    count += 1
    lastPromise = nil
    guard count >= Self.patience else { return false }
    let sum = promised.reduce(0, +)
    return sum > Self.leastPromise && came.reduce(0, +) < Self.leastShare * sum
  }

  /// Remembers what the plan promises for the next decision.
  mutating func expect(_ nextDistance: Float) { lastPromise = nextDistance }

  /// Begins the way round with this number.
  mutating func begin(_ number: Int) {
    let from = number * Self.length * 2
    for i in way.indices { way[i] = Self.candidates[from + i] }
    (remaining, count, lastPromise) = (Self.length, 0, nil)
  }

  /// The next action of the way round.
  mutating func next() -> SIMD8<Float> {
    let at = (Self.length - remaining) * 2
    remaining -= 1
    var action = SIMD8<Float>.zero
    (action[0], action[1]) = (way[at], way[at + 1])
    return action
  }
}
