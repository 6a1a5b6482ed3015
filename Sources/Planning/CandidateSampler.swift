// SPDX-License-Identifier: Apache-2.0
import Quantities

/// Draws candidates: clip(mu + C^beta * sigma) of Algorithm 1.
struct CandidateSampler {
  let bounds: ActionBounds
  private let noise: ColouredNoise
  private let actionCount: Int
  private var generator: SeededGenerator
  /// Shape: `[horizon]`.
  private var coefficients: [Float]

  init(_ settings: PlannerSettings, bounds: ActionBounds, seed: UInt64) {
    self.bounds = bounds
    actionCount = settings.bounds.count
    noise = ColouredNoise(horizon: settings.horizon, exponent: settings.colour)
    generator = SeededGenerator(seed: seed, stream: "planner")
    coefficients = [Float](repeating: 0, count: settings.horizon)
  }

  /// Fills the rows with fresh samples; dimensions are independent, steps are coloured.
  mutating func draw(
    _ rows: Range<Int>, from distribution: ActionDistribution, into candidates: inout [Float]
  ) {
    let size = noise.horizon * actionCount
    for row in rows {
      for dimension in 0..<actionCount {
        for j in coefficients.indices { coefficients[j] = Float(generator.normal()) }
        for step in 0..<noise.horizon {
          let i = step * actionCount + dimension
          let sample =
            distribution.mean[i]
            + distribution.deviation[i] * noise.value(at: step, of: coefficients)
          candidates[row * size + i] = bounds.clip(sample, dimension: dimension)
        }
      }
    }
  }
}
