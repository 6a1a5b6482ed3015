// SPDX-License-Identifier: Apache-2.0

/// One candidate with its imagined distances and their cost, in storage of its own.
struct Trajectory {
  /// Shape: `[horizon, actionCount]`. Units: raw.
  private(set) var sequence: [Float]
  /// Shape: `[horizon]`.
  private(set) var distances: [Float]
  var cost = Float.infinity

  init(horizon: Int, actionCount: Int) {
    sequence = [Float](repeating: 0, count: horizon * actionCount)
    distances = [Float](repeating: .infinity, count: horizon)
  }

  /// Copies number by number, which keeps this trajectory's storage.
  mutating func take(row: Int, of population: Population) {
    for i in sequence.indices { sequence[i] = population.candidates[row * sequence.count + i] }
    for i in distances.indices { distances[i] = population.distances[row * distances.count + i] }
    cost = population.costs[row]
  }

  /// Copies number by number, which keeps this trajectory's storage.
  mutating func take(_ other: Trajectory) {
    for i in sequence.indices { sequence[i] = other.sequence[i] }
    for i in distances.indices { distances[i] = other.distances[i] }
    cost = other.cost
  }

  /// What is left of it one step later, the last action and distance repeated.
  mutating func shift(actionCount: Int, cost rule: PlanCost) {
    shiftByOneStep(&sequence, stride: actionCount)
    shiftByOneStep(&distances, stride: 1)
    cost = rule(distances, from: 0, horizon: distances.count)
  }
}
