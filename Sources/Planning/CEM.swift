// SPDX-License-Identifier: Apache-2.0

/// The plain cross-entropy method, as LeWorldModel plans: what iCEM is measured against.
///
/// Every iteration draws white noise around the mean, the mean itself being the first candidate,
/// and fits mean and deviation to the elites anew; what is carried out is the last fit's mean.
/// iCEM with other settings is not the same: it shows the mean in its last iteration only, and
/// fits with the biased deviation, which narrows the search by another 1.7 % an iteration with 30
/// elites.
///
/// Two things differ from the source: candidates are clipped to the bounds, and the last mean is
/// imagined once more, as one row, to know its cost.
///
/// Source: `CEMSolver.solve` of stable-worldmodel (stable_worldmodel/solver/cem.py), the planner of
/// LeWorldModel (arXiv 2603.19312).
public final class CEM: Planner {
  public var settings: PlannerSettings { search.settings }
  public var effort: Float {
    get { search.effort }
    set { search.effort = newValue }
  }
  public var sequence: [Float] { search.chosen.sequence }
  public var distances: [Float] { search.chosen.distances }

  private var search: SamplingSearch
  private var elites: EliteSet

  /// What belongs to iCEM alone (colour, kept elites, decay, momentum, least noise, execution) is
  /// set to plain CEM's, whatever `settings` says.
  ///
  /// Precondition: `settings.check(actionCount:)` does not throw.
  public init(settings: PlannerSettings, actionCount: Int, seed: UInt64) {
    var plain = settings
    (plain.colour, plain.keepElites, plain.decay) = (0, 0, 1)
    (plain.momentum, plain.minimumNoise, plain.execute) = (0, 0, .mean)
    search = SamplingSearch(plain, actionCount: actionCount, seed: seed)
    elites = EliteSet(
      capacity: plain.elites, horizon: plain.horizon, actionCount: actionCount)
  }

  public func reset() { search.reset() }

  public func plan(
    _ dynamics: some Dynamics, proposals: UnsafePointer<Float>?, proposalCount: Int,
    isOutOfTime: () -> Bool
  ) -> Plan {
    search.begin(with: dynamics)
    let rows = search.rows(of: search.settings.candidates)
    var completed = 0
    while completed < search.settings.iterations && !isOutOfTime() {
      search.sample(rows)
      search.placeMean(at: 0)
      if completed == 0 {
        _ = search.place(proposals, count: proposalCount, at: 1, rows: rows)
      }
      guard search.imagine(rows, with: dynamics, isOutOfTime: isOutOfTime) else { break }
      elites.select(from: search.population, rows: rows)
      search.distribution.refit(to: elites, isUnbiased: true)
      completed += 1
    }
    return search.conclude(with: dynamics, iterations: completed)
  }
}
