// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Gaussian noise along the horizon with the power spectrum PSD(f) ~ 1/f^beta and unit variance at
/// every step.
///
/// White noise moves an arm nowhere: it averages out. The larger beta, the longer the noise stays
/// on one side. The inverse real DFT is one square matrix, scaled column by column:
///
///     x[t] = sum over j of basis[t, j] * xi[j],   xi ~ N(0, 1)
///     column j at frequency f:  max(f, 1)^(-beta/2) * {cos, sin}(2 pi f t / H), unit length before
///
/// The columns of unit length are orthonormal, so beta = 0 is exactly white. The mean (f = 0) is
/// given the weight of the lowest frequency, else it would be infinite.
///
/// Source: iCEM, "Colored noise and correlations" and Algorithm 1, C^beta(d, h); Timmer and König,
/// "On generating power law noise" (1995).
package struct ColouredNoise: Sendable {
  package let horizon: Int
  /// Shape: `[horizon, horizon]`, time by coefficient.
  private let basis: [Float]

  package init(horizon: Int, exponent beta: Float) {
    precondition(horizon >= 1, "noise needs a step to live in")
    self.horizon = horizon
    var basis = [Double](repeating: 0, count: horizon * horizon)
    var power = 0.0
    for column in 0..<horizon {
      // Columns: mean, cos 1, sin 1, cos 2, sin 2, ... and, where H is even, cos H/2.
      let frequency = (column + 1) / 2
      let isAlone = frequency == 0 || 2 * frequency == horizon
      let weight = pow(Double(max(frequency, 1)), -Double(beta) / 2)
      let length = (Double(isAlone ? 1 : 2) / Double(horizon)).squareRoot()
      power += weight * weight
      for step in 0..<horizon {
        let angle = 2 * Double.pi * Double(frequency * step) / Double(horizon)
        let wave = column > 0 && column.isMultiple(of: 2) ? sin(angle) : cos(angle)
        basis[step * horizon + column] = weight * length * wave
      }
    }
    // A row's squares sum to power / H whatever the step: sin^2 + cos^2 = 1.
    let unit = (Double(horizon) / power).squareRoot()
    self.basis = basis.map { Float($0 * unit) }
  }

  /// The noise at one step.
  ///
  /// Shape: coefficients `[horizon]`, independent standard normal.
  @inline(__always)
  package func value(at step: Int, of coefficients: [Float]) -> Float {
    var sum: Float = 0
    for column in 0..<horizon { sum += basis[step * horizon + column] * coefficients[column] }
    return sum
  }
}
