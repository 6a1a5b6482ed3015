// SPDX-License-Identifier: Apache-2.0

/// The best K candidates of an iteration, cheapest first.
///
/// Equal costs keep the order of their rows, and what is not finite is never an elite, so the set
/// may hold fewer than K.
struct EliteSet {
  private let capacity, horizon, actionCount: Int
  private(set) var count = 0
  /// Shape: `[capacity, horizon, actionCount]`. Units: raw.
  private(set) var sequences: [Float]
  /// Shape: `[capacity, horizon]`.
  private(set) var distances: [Float]
  /// Shape: `[capacity]`, ascending over the first `count`.
  private(set) var costs: [Float]
  private var rows: [Int]

  init(capacity: Int, horizon: Int, actionCount: Int) {
    (self.capacity, self.horizon, self.actionCount) = (capacity, horizon, actionCount)
    sequences = [Float](repeating: 0, count: capacity * horizon * actionCount)
    distances = [Float](repeating: 0, count: capacity * horizon)
    costs = [Float](repeating: .infinity, count: capacity)
    rows = [Int](repeating: 0, count: capacity)
  }

  mutating func removeAll() { count = 0 }

  /// elite-set <- the best K of the population's first `rows` rows.
  mutating func select(from population: Population, rows candidates: Int) {
    count = 0
    for row in 0..<candidates where population.costs[row] < .infinity {
      insert(row, cost: population.costs[row])
    }
    let size = horizon * actionCount
    for elite in 0..<count {
      let row = rows[elite]
      for i in 0..<size { sequences[elite * size + i] = population.candidates[row * size + i] }
      for i in 0..<horizon {
        distances[elite * horizon + i] = population.distances[row * horizon + i]
      }
    }
  }

  /// One step of an insertion sort that keeps the best K; K is small.
  private mutating func insert(_ row: Int, cost: Float) {
    var place = count
    while place > 0 && cost < costs[place - 1] { place -= 1 }
    if place == capacity { return }
    count = min(count + 1, capacity)
    for i in stride(from: count - 1, to: place, by: -1) {
      (costs[i], rows[i]) = (costs[i - 1], rows[i - 1])
    }
    (costs[place], rows[place]) = (cost, row)
  }

  /// Moves every elite one step earlier; its last action is left to the sampler.
  mutating func shift() {
    let size = horizon * actionCount
    for elite in 0..<count {
      for i in (elite * size)..<((elite + 1) * size - actionCount) {
        sequences[i] = sequences[i + actionCount]
      }
    }
  }
}
