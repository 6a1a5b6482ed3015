// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Model predictive path integral control: the mean moves to the candidates' average, each weighted
/// by exp(-(S - min S) / lambda).
///
/// Smooth and good with one iteration at a high rate, which a balancing robot wants. The deviation
/// stays at its start, as in Algorithm 2; the colour of the noise is iCEM's. The control-cost term
/// of S is left out: candidates cost what the goal distance says. Lambda follows the costs instead
/// of being tuned to their unit: it is a fraction of the spread of the elites.
///
/// Source: Williams et al., "Information Theoretic MPC for Model-Based Reinforcement Learning"
/// (ICRA 2017), Algorithm 2.
public final class MPPI: Planner {
  public var settings: PlannerSettings { search.settings }
  public var effort: Float {
    get { search.effort }
    set { search.effort = newValue }
  }
  public var sequence: [Float] { search.chosen.sequence }
  public var distances: [Float] { search.chosen.distances }

  private var search: SamplingSearch
  private var elites: EliteSet
  private let temperature: Float
  /// Shape: `[candidates]`.
  private var weights: [Float]

  /// - Parameter temperature: lambda in spreads of the elites (dearest less cheapest); at the
  ///   default of a half the dearest elite weighs exp(-2) of the cheapest.
  ///
  /// Precondition: `settings.check(actionCount:)` does not throw; temperature > 0.
  public init(
    settings: PlannerSettings, actionCount: Int, seed: UInt64, temperature: Float = 0.5
  ) {
    precondition(temperature > 0 && temperature.isFinite, "temperature must be positive")
    self.temperature = temperature
    search = SamplingSearch(settings, actionCount: actionCount, seed: seed)
    elites = EliteSet(
      capacity: settings.elites, horizon: settings.horizon, actionCount: actionCount)
    weights = [Float](repeating: 0, count: settings.candidates)
  }

  public func reset() { search.reset() }

  public func plan(
    _ dynamics: some Dynamics, proposals: UnsafePointer<Float>?, proposalCount: Int,
    isOutOfTime: () -> Bool
  ) -> Plan {
    search.begin(with: dynamics)
    let rows = search.rows(of: weights.count)
    var completed = 0
    while completed < search.settings.iterations && !isOutOfTime() {
      search.sample(rows)
      search.placeMean(at: 0)
      if completed == 0 { _ = search.place(proposals, count: proposalCount, at: 1, rows: rows) }
      guard search.imagine(rows, with: dynamics, isOutOfTime: isOutOfTime) else { break }
      elites.select(from: search.population, rows: rows)
      if elites.count > 0 { average(rows) }
      completed += 1
    }
    return search.conclude(with: dynamics, iterations: completed)
  }

  /// w <- exp(-(S - min S) / lambda) / eta and mu <- sum of w * candidate (Algorithm 2).
  private func average(_ rows: Int) {
    let cheapest = elites.costs[0]
    let spread = elites.costs[elites.count - 1] - cheapest
    // Elites that all tie have no spread: the least lambda weighs them alike and the rest by zero.
    let lambda = min(
      max(temperature * spread, .leastNormalMagnitude), .greatestFiniteMagnitude)
    var eta: Float = 0
    for row in 0..<rows {
      // Zero for an infinite cost: exp(-inf).
      weights[row] = exp(-(search.population.costs[row] - cheapest) / lambda)
      eta += weights[row]
    }
    search.distribution.average(search.population, rows: rows, weights: weights, total: eta)
  }
}
