// SPDX-License-Identifier: Apache-2.0

/// How a path of distances to the goal becomes one cost.
///
///     cost = sum over k < H-1 of pathWeight * l(d[k])  +  terminalWeight * l(d[H-1])
///
/// with l(d) = d^2 or l(d) = d.
public struct PlanCost: Equatable, Sendable {
  /// What one step's distance is worth.
  public enum Shape: String, Equatable, Sendable {
    /// d^2: far is much worse than near; the gradient fades at the goal.
    case squared
    /// d: keeps pulling at the goal.
    case linear
  }

  public var pathWeight: Float
  public var terminalWeight: Float
  public var shape: Shape

  /// The defaults are those that reached most goals with a learned distance (a path weight of 0.5
  /// reached fewer).
  public init(pathWeight: Float = 0.1, terminalWeight: Float = 1, shape: Shape = .squared) {
    (self.pathWeight, self.terminalWeight, self.shape) = (pathWeight, terminalWeight, shape)
  }

  /// The cost of one path; `.infinity`, so that it ranks last, where the path's is not finite.
  ///
  /// Shape: the path is `distances[start ..< start + horizon]`.
  package func callAsFunction(_ distances: [Float], from start: Int, horizon: Int) -> Float {
    var sum: Float = 0
    for step in 0..<horizon {
      let distance = distances[start + step]
      let weight = step == horizon - 1 ? terminalWeight : pathWeight
      sum += weight * (shape == .squared ? distance * distance : distance)
    }
    return sum.isFinite ? sum : .infinity
  }
}
