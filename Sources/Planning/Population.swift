// SPDX-License-Identifier: Apache-2.0

/// The candidates of one iteration, their imagined distances and their costs.
struct Population {
  let horizon, actionCount: Int
  /// Shape: `[capacity, horizon, actionCount]`. Units: raw.
  var candidates: [Float]
  /// Shape: `[capacity, horizon]`.
  private(set) var distances: [Float]
  /// Shape: `[capacity]`; `.infinity` for a future that is not finite.
  private(set) var costs: [Float]

  init(capacity: Int, horizon: Int, actionCount: Int) {
    (self.horizon, self.actionCount) = (horizon, actionCount)
    candidates = [Float](repeating: 0, count: capacity * horizon * actionCount)
    distances = [Float](repeating: 0, count: capacity * horizon)
    costs = [Float](repeating: .infinity, count: capacity)
  }

  /// Writes one step of one candidate from `values[start...]`, clipped to the bounds.
  mutating func set(
    row: Int, step: Int, to values: [Float], from start: Int, clippedTo bounds: ActionBounds
  ) {
    for dimension in 0..<actionCount {
      candidates[(row * horizon + step) * actionCount + dimension] = bounds.clip(
        values[start + dimension], dimension: dimension)
    }
  }

  /// Writes one candidate, clipped to the bounds.
  ///
  /// Shape: sequence `[horizon, actionCount]`.
  mutating func set(row: Int, to sequence: [Float], clippedTo bounds: ActionBounds) {
    for step in 0..<horizon {
      set(row: row, step: step, to: sequence, from: step * actionCount, clippedTo: bounds)
    }
  }

  /// Writes an actor's proposals to consecutive rows, clipped to the bounds.
  mutating func set(
    rows: Range<Int>, to proposals: UnsafePointer<Float>, clippedTo bounds: ActionBounds
  ) {
    let size = horizon * actionCount
    for i in 0..<(rows.count * size) {
      // SAFETY: the caller of `plan` vouches for [proposalCount, H, A] numbers during the call, and
      // no more than proposalCount rows are asked for.
      candidates[rows.lowerBound * size + i] = bounds.clip(
        proposals[i], dimension: i % actionCount)
    }
  }

  /// Takes over elites, which were imagined already, with their costs.
  mutating func append(_ elites: EliteSet, first count: Int, at row: Int) {
    let size = horizon * actionCount
    for i in 0..<(count * size) { candidates[row * size + i] = elites.sequences[i] }
    for i in 0..<(count * horizon) { distances[row * horizon + i] = elites.distances[i] }
    for i in 0..<count { costs[row + i] = elites.costs[i] }
  }

  /// Imagines rows 0 ..< `rows` chunk by chunk and returns how many were done when time ran out.
  mutating func imagine(
    _ rows: Int, with dynamics: some Dynamics, settings: PlannerSettings,
    isOutOfTime: () -> Bool
  ) -> Int {
    let chunk = settings.chunk > 0 ? settings.chunk : rows
    var first = 0
    while first < rows {
      if first > 0 && isOutOfTime() { break }
      let count = min(chunk, rows - first)
      imagine(first..<(first + count), with: dynamics)
      for row in first..<(first + count) {
        costs[row] = settings.cost(distances, from: row * horizon, horizon: horizon)
      }
      first += count
    }
    return first
  }

  private mutating func imagine(_ rows: Range<Int>, with dynamics: some Dynamics) {
    let (size, horizon) = (horizon * actionCount, horizon)
    candidates.withUnsafeBufferPointer { sequences in
      distances.withUnsafeMutableBufferPointer { paths in
        guard let from = sequences.baseAddress, let to = paths.baseAddress else { return }
        // SAFETY: both buffers hold `capacity` rows >= rows.upperBound and outlive the call.
        dynamics.distances(
          candidates: from + rows.lowerBound * size, rows: rows.count, horizon: horizon,
          into: to + rows.lowerBound * horizon)
      }
    }
  }
}
