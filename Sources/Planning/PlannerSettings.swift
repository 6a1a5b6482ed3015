// SPDX-License-Identifier: Apache-2.0

/// The parameters of a sampling planner, named as in Algorithm 1 of the iCEM paper.
///
/// Source: Pinneri et al., "Sample-efficient Cross-Entropy Method for Real-time Planning"
/// (CoRL 2020); colour, kept elites and momentum default to the authors' code.
public struct PlannerSettings: Equatable, Sendable {
  /// Which sequence is carried out.
  public enum Execution: String, Equatable, Sendable {
    /// The mean of the last fit: smooth; imagined once more, as one row, to know its cost.
    case mean
    /// The cheapest sequence over all iterations ("executing the best action").
    case best
  }

  /// N: sequences imagined in the first iteration, all told: samples, proposals and old elites.
  public var candidates = 64
  /// H: steps of the world model a candidate looks ahead.
  public var horizon = 8
  /// Refinements of the distribution in one plan.
  public var iterations = 3
  /// K: candidates the distribution is fitted to.
  public var elites = 8
  /// sigma_init: the first standard deviation, in half ranges of each action dimension (so in raw
  /// units where the bounds are -1...1).
  public var noise: Float = 0.7
  /// The standard deviation never falls below this, in the unit of `noise`; the paper has none (0).
  public var minimumNoise: Float = 0.05
  /// beta: the noise has the power spectrum 1/f^beta along the horizon; 0 is white.
  public var colour: Float = 1
  /// xi: the fraction of the elites that stays from one iteration, and from one plan, to the next.
  public var keepElites: Float = 0.3
  /// gamma: iteration i draws max(N / gamma^i, 2K) candidates; 1 is no decay.
  public var decay: Float = 1
  /// alpha: how much of the old mean and deviation a fit keeps.
  public var momentum: Float = 0.1
  /// The reach of each action dimension; no candidate leaves it.
  ///
  /// Units: raw, one range per action dimension.
  public var bounds: [ClosedRange<Float>]
  /// What becomes of the distribution once the last iteration is done.
  public var execute = Execution.best
  /// Rows per call of the dynamics, between which the deadline is asked; 0 asks for all rows at
  /// once.
  public var chunk = 0
  /// How distances become a cost.
  public var cost = PlanCost()

  public init(bounds: [ClosedRange<Float>]) { self.bounds = bounds }

  /// Elites that stay, out of K.
  var keptElites: Int { Int((keepElites * Float(elites)).rounded()) }

  /// N_i: what iteration i draws, max(N * gamma^-i, 2K) and never more than N.
  func populationSize(iteration: Int) -> Int {
    var size = Float(candidates)
    for _ in 0..<iteration { size /= decay }
    return min(candidates, max(Int(size), 2 * elites))
  }
}
