// SPDX-License-Identifier: Apache-2.0
import Planning
import Quantities
import Testing

@Suite struct ColouredNoiseTests {
  /// The response to one coefficient alone.
  private func column(_ j: Int, of noise: ColouredNoise) -> [Float] {
    var unit = [Float](repeating: 0, count: noise.horizon)
    unit[j] = 1
    return (0..<noise.horizon).map { noise.value(at: $0, of: unit) }
  }

  @Test(arguments: [1, 2, 7, 8, 15], [0, 0.5, 1, 2, 4] as [Float])
  func varianceIsOneAtEveryStep(horizon: Int, beta: Float) {
    let noise = ColouredNoise(horizon: horizon, exponent: beta)
    let columns = (0..<horizon).map { column($0, of: noise) }
    for step in 0..<horizon {
      let variance = columns.reduce(Float(0)) { $0 + $1[step] * $1[step] }
      #expect(abs(variance - 1) < 1e-5)
    }
  }

  @Test(arguments: [1, 2, 7, 8])
  func noColourIsExactlyWhite(horizon: Int) {
    let noise = ColouredNoise(horizon: horizon, exponent: 0)
    let columns = (0..<horizon).map { column($0, of: noise) }
    for s in 0..<horizon {
      for t in 0..<horizon {
        let covariance = columns.reduce(Float(0)) { $0 + $1[s] * $1[t] }
        #expect(abs(covariance - (s == t ? 1 : 0)) < 1e-5)
      }
    }
  }

  @Test(arguments: [0.5, 1, 2] as [Float])
  func powerFallsAsOneOverFrequencyToTheBeta(beta: Float) {
    let noise = ColouredNoise(horizon: 16, exponent: beta)
    func power(_ frequency: Int) -> Float {
      column(2 * frequency - 1, of: noise).reduce(0) { $0 + $1 * $1 }
    }
    // f = 1, 2 and 4: halving and quartering, beta times over.
    for (f, octaves) in [(1, 0), (2, 1), (4, 2)] {
      let expected = (0..<octaves).reduce(power(1)) { sum, _ in
        beta == 0.5 ? sum / Float(2).squareRoot() : beta == 1 ? sum / 2 : sum / 4
      }
      #expect(abs(power(f) / expected - 1) < 1e-4)
    }
  }

  @Test func neighboursAgreeMoreTheLargerBeta() {
    func measured(_ beta: Float) -> (variance: Float, lagOne: Float) {
      let noise = ColouredNoise(horizon: 12, exponent: beta)
      var generator = SeededGenerator(seed: 5)
      var (squares, products): (Float, Float) = (0, 0)
      let draws = 20_000
      for _ in 0..<draws {
        let xi = (0..<12).map { _ in Float(generator.normal()) }
        let (a, b) = (noise.value(at: 4, of: xi), noise.value(at: 5, of: xi))
        (squares, products) = (squares + a * a, products + a * b)
      }
      return (squares / Float(draws), products / Float(draws))
    }
    let all = [0, 0.5, 1, 2, 3].map { measured($0) }
    for one in all { #expect(abs(one.variance - 1) < 0.04) }
    #expect(abs(all[0].lagOne) < 0.03)
    for (less, more) in zip(all, all.dropFirst()) { #expect(more.lagOne > less.lagOne + 0.03) }
  }
}
