// SPDX-License-Identifier: Apache-2.0

/// The Gaussian that candidates are drawn from: a mean and a deviation for every step and
/// dimension.
struct ActionDistribution {
  private let bounds: ActionBounds
  private let noise, minimumNoise, momentum: Float
  private let actionCount: Int
  /// Shape: `[horizon, actionCount]`. Units: raw.
  private(set) var mean, deviation: [Float]

  init(_ settings: PlannerSettings, bounds: ActionBounds, actionCount: Int) {
    (self.bounds, self.actionCount) = (bounds, actionCount)
    (noise, minimumNoise) = (settings.noise, settings.minimumNoise)
    momentum = settings.momentum
    mean = [Float](repeating: 0, count: settings.horizon * actionCount)
    deviation = mean
    forget()
    widen()
  }

  /// mu <- the middle of the bounds (Algorithm 1, t = 0).
  mutating func forget() {
    for i in mean.indices { mean[i] = bounds.middle[i % actionCount] }
  }

  /// mu_t <- shifted mu_t-1, the last step repeated (Algorithm 1, t > 0).
  mutating func shift() { shiftByOneStep(&mean, stride: actionCount) }

  /// sigma_t <- sigma_init.
  mutating func widen() {
    for i in deviation.indices { deviation[i] = noise * bounds.halfRange[i % actionCount] }
  }

  /// mu, sigma <- those of the elites, with momentum alpha (Algorithm 1, last line of the loop).
  ///
  /// One elite has no spread to tell, so it leaves sigma alone. An unbiased fit divides by one
  /// elite fewer.
  mutating func refit(to elites: EliteSet, isUnbiased: Bool = false) {
    if elites.count == 0 { return }
    let share = 1 / Float(elites.count)
    let spreadShare = isUnbiased ? 1 / Float(max(1, elites.count - 1)) : share
    for i in mean.indices {
      var sum: Float = 0
      for elite in 0..<elites.count { sum += elites.sequences[elite * mean.count + i] }
      let centre = sum * share
      var squares: Float = 0
      for elite in 0..<elites.count {
        let offset = elites.sequences[elite * mean.count + i] - centre
        squares += offset * offset
      }
      mean[i] = momentum * mean[i] + (1 - momentum) * centre
      if elites.count < 2 { continue }
      let spread = momentum * deviation[i] + (1 - momentum) * (squares * spreadShare).squareRoot()
      deviation[i] = max(spread, minimumNoise * bounds.halfRange[i % actionCount])
    }
  }

  /// mu <- the candidates' mean under the given weights, which sum to `total` > 0.
  ///
  /// Shape: weights `[rows]`.
  mutating func average(_ population: Population, rows: Int, weights: [Float], total: Float) {
    for i in mean.indices {
      var sum: Float = 0
      for row in 0..<rows where weights[row] > 0 {
        sum += weights[row] * population.candidates[row * mean.count + i]
      }
      mean[i] = sum / total
    }
  }
}

/// Moves every step one earlier and repeats the last.
func shiftByOneStep(_ values: inout [Float], stride: Int) {
  if values.count <= stride { return }
  for i in 0..<(values.count - stride) { values[i] = values[i + stride] }
}
