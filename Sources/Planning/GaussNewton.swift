// SPDX-License-Identifier: Apache-2.0

/// Dynamics that also say in which direction a future misses the goal, not just how far.
public protocol ResidualDynamics: Dynamics {
  /// Numbers of a residual.
  var residualCount: Int { get }

  /// Where each candidate ends, less the goal; the squared length is its cost.
  ///
  /// Shape: candidates `[rows, horizon, actionCount]`, residuals `[rows, residualCount]`; the
  /// pointers are valid during the call only.
  func residuals(
    candidates: UnsafePointer<Float>, rows: Int, horizon: Int,
    into residuals: UnsafeMutablePointer<Float>)
}

/// Plans by damped Gauss-Newton steps: the slope of the residual in every action is told from one
/// candidate each, all imagined in one batch; then a few damped steps are tried in another.
///
/// Where the cost is a squared distance in latent space, a batch of candidates tells far more by
/// its residuals than by its costs: sampling learns one number a candidate, this a vector.
///
/// Source: Nocedal and Wright, "Numerical Optimization" (2006), section 10.3, Levenberg-Marquardt;
/// slopes by finite differences as in MuJoCo MPC's planners (Howell et al. 2022).
public final class GaussNewton {
  /// The sequence found. Shape: `[horizon, actionCount]`. Units: raw.
  public private(set) var sequence: [Float]
  /// Its squared distance to the goal.
  public private(set) var cost: Float = .infinity
  private let bounds: [ClosedRange<Float>]
  private let horizon, iterations: Int
  /// Of a first difference, in half ranges; halves when no step helps.
  private let firstStep: Float

  /// Damping of the steps tried, times the present one, and how far each is gone.
  private static let dampings: [Double] = [0.1, 1, 10, 100]
  private static let lengths: [Float] = [0.15, 0.4, 0.8, 1.2]

  /// Precondition: one range an action dimension, and everything positive.
  public init(bounds: [ClosedRange<Float>], horizon: Int, iterations: Int, firstStep: Float = 0.5) {
    precondition(!bounds.isEmpty && horizon > 0 && iterations > 0 && firstStep > 0)
    (self.bounds, self.horizon, self.iterations) = (bounds, horizon, iterations)
    self.firstStep = firstStep
    sequence = []
  }

  /// Candidates that one iteration imagines at most.
  public var batch: Int {
    max(horizon * bounds.count + 1, Self.dampings.count * Self.lengths.count)
  }

  /// Plans from a first guess, or from the middle of the bounds, and leaves the best found in
  /// `sequence` and `cost`. A slope is a local thing: a few candidates of a sampling search as the
  /// guess keep it out of the wrong valley.
  ///
  /// Shape: guess [horizon, actionCount], inside the bounds.
  public func plan(_ dynamics: some ResidualDynamics, from guess: [Float]? = nil) {
    let size = horizon * bounds.count
    let half = (0..<size).map { index -> Float in
      let range = bounds[index % bounds.count]
      return (range.upperBound - range.lowerBound) / 2
    }
    precondition(guess?.count ?? size == size)
    var point = guess ?? (0..<size).map { bounds[$0 % bounds.count].lowerBound + half[$0] }
    (sequence, cost) = (point, .infinity)
    var damping = 0.1
    var step = firstStep
    for _ in 0..<iterations {
      // The point itself, then one candidate an action, each off by a step that stays inside.
      var candidates = point
      for index in 0..<size {
        var moved = point
        let off = step * half[index]
        moved[index] += moved[index] + off <= upper(index) ? off : -off
        candidates += moved
      }
      let found = imagine(candidates, rows: size + 1, dynamics)
      let count = dynamics.residualCount
      var slopes = [Double](repeating: 0, count: size * count)
      for index in 0..<size {
        let off = Double(candidates[(index + 1) * size + index] - point[index])
        for k in 0..<count {
          let slope = Double(found[(index + 1) * count + k] - found[k]) / off
          // A future that is not finite says nothing about the slope.
          slopes[index * count + k] = slope.isFinite ? slope : 0
        }
      }
      let residual = found.prefix(count).map(Double.init)
      guard residual.allSatisfy(\.isFinite) else { return }
      let before = cost
      let trials = steps(slopes, residual, from: point, damping: damping)
      _ = imagine(trials, rows: trials.count / size, dynamics)
      point = sequence
      if cost < before {
        damping = max(damping * 0.3, 1e-6)
      } else {
        damping *= 4
        step /= 2
      }
    }
  }

  private func upper(_ index: Int) -> Float { bounds[index % bounds.count].upperBound }

  /// Imagines candidates and keeps the best.
  private func imagine(
    _ candidates: [Float], rows: Int, _ dynamics: some ResidualDynamics
  ) -> [Float] {
    let count = dynamics.residualCount
    var residuals = [Float](repeating: 0, count: rows * count)
    dynamics.residuals(candidates: candidates, rows: rows, horizon: horizon, into: &residuals)
    let size = candidates.count / rows
    for row in 0..<rows {
      let sum = residuals[row * count..<(row + 1) * count].reduce(0) { $0 + $1 * $1 }
      if sum < cost {
        cost = sum
        sequence = Array(candidates[row * size..<(row + 1) * size])
      }
    }
    return residuals
  }

  /// Damped steps of several lengths, clipped to the bounds. Shape: slopes [size, residualCount].
  private func steps(
    _ slopes: [Double], _ residual: [Double], from point: [Float], damping: Double
  ) -> [Float] {
    let (size, count) = (point.count, residual.count)
    func dot(_ i: Int, _ other: (Int) -> Double) -> Double {
      (0..<count).reduce(0) { $0 + slopes[i * count + $1] * other($1) }
    }
    var normal = [Double](repeating: 0, count: size * size)
    for i in 0..<size {
      for j in 0...i {
        normal[i * size + j] = dot(i) { slopes[j * count + $0] }
        normal[j * size + i] = normal[i * size + j]
      }
    }
    let gradient = (0..<size).map { i in dot(i) { residual[$0] } }
    let trace = (0..<size).reduce(0) { $0 + normal[$1 * size + $1] } / Double(size)
    var result: [Float] = []
    for factor in Self.dampings {
      var damped = normal
      for i in 0..<size { damped[i * size + i] += factor * damping * trace + 1e-12 }
      let step = solve(damped, gradient)
      for length in Self.lengths {
        for i in 0..<size {
          let range = bounds[i % bounds.count]
          let value = point[i] - length * Float(step[i])
          result.append(min(max(value, range.lowerBound), range.upperBound))
        }
      }
    }
    return result
  }
}

/// x of A x = b for a symmetric, positive definite A, by Cholesky's decomposition.
///
/// Shape: a [n, n], b and x [n].
func solve(_ a: [Double], _ b: [Double]) -> [Double] {
  let n = b.count
  var (lower, x) = (a, b)
  for i in 0..<n {
    for j in 0...i {
      var sum = lower[i * n + j]
      for k in 0..<j { sum -= lower[i * n + k] * lower[j * n + k] }
      lower[i * n + j] =
        i == j ? max(sum, .leastNormalMagnitude).squareRoot() : sum / lower[j * n + j]
    }
    for k in 0..<i { x[i] -= lower[i * n + k] * x[k] }
    x[i] /= lower[i * n + i]
  }
  for i in stride(from: n - 1, through: 0, by: -1) {
    for k in (i + 1)..<n { x[i] -= lower[k * n + i] * x[k] }
    x[i] /= lower[i * n + i]
  }
  return x
}
