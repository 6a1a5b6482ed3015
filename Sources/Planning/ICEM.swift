// SPDX-License-Identifier: Apache-2.0

/// The improved cross-entropy method: plans by fitting a Gaussian over action sequences to the best
/// of its samples, again and again.
///
/// Algorithm 1 of the paper, line by line in `plan`; its additions to plain CEM are coloured noise
/// ("Colored noise and correlations"), elites kept within and between plans ("CEM with memory"),
/// and the "smaller improvements": the best action executed, clipping in the sampler, decay of the
/// population, and the mean among the last candidates.
///
/// Two things differ: proposals, the mean and shifted elites take the place of samples instead of
/// coming on top, so an iteration never costs more than N rows; and the best sequence is that of
/// all iterations, not of the last.
///
/// Source: Pinneri et al., "Sample-efficient Cross-Entropy Method for Real-time Planning"
/// (CoRL 2020, arXiv 2008.06389).
public final class ICEM: Planner {
  public var settings: PlannerSettings { search.settings }
  public var effort: Float {
    get { search.effort }
    set { search.effort = newValue }
  }
  public var sequence: [Float] { search.chosen.sequence }
  public var distances: [Float] { search.chosen.distances }

  private var search: SamplingSearch
  private var elites: EliteSet
  /// N_i. Shape: `[iterations]`.
  private let populationSizes: [Int]
  private let keptElites: Int

  /// Precondition: `settings.check(actionCount:)` does not throw.
  public init(settings: PlannerSettings, actionCount: Int, seed: UInt64) {
    search = SamplingSearch(settings, actionCount: actionCount, seed: seed)
    elites = EliteSet(
      capacity: settings.elites, horizon: settings.horizon, actionCount: actionCount)
    populationSizes = (0..<settings.iterations).map { settings.populationSize(iteration: $0) }
    keptElites = settings.keptElites
  }

  public func reset() { search.reset() }

  public func plan(
    _ dynamics: some Dynamics, proposals: UnsafePointer<Float>?, proposalCount: Int,
    isOutOfTime: () -> Bool
  ) -> Plan {
    // mu_t <- shifted mu_t-1; sigma_t <- sigma_init; elite-set shifted likewise.
    search.begin(with: dynamics)
    if search.isWarm { elites.shift() } else { elites.removeAll() }

    var completed = 0
    while completed < populationSizes.count && !isOutOfTime() {
      // N_i <- max(N * gamma^-i, 2K)
      let rows = search.rows(of: populationSizes[completed])
      // samples <- N_i samples from clip(mu + C^beta(d, h) * sigma)
      search.sample(rows)
      placeGuests(completed, rows: rows, proposals: proposals, count: proposalCount)
      // costs <- cost function of the samples
      guard search.imagine(rows, with: dynamics, isOutOfTime: isOutOfTime) else { break }
      // add a fraction of the elite-set, whose costs are known
      let kept = completed > 0 ? min(keptElites, elites.count) : 0
      search.population.append(elites, first: kept, at: rows)
      // elite-set <- best K samples
      elites.select(from: search.population, rows: rows + kept)
      // mu, sigma <- fit to the elite-set with momentum
      search.distribution.refit(to: elites)
      completed += 1
    }
    // execute the first action of the best sequence (or of the mean)
    return search.conclude(with: dynamics, iterations: completed)
  }

  /// Puts into the population what was not sampled: the mean in the last iteration, and proposals
  /// and shifted elites in the first; in front, so that a deadline takes the samples first.
  private func placeGuests(
    _ iteration: Int, rows: Int, proposals: UnsafePointer<Float>?, count: Int
  ) {
    var row = 0
    if iteration == populationSizes.count - 1 {
      search.placeMean(at: row)
      row += 1
    }
    if iteration == 0 {
      row = search.place(proposals, count: count, at: row, rows: rows)
      search.place(elites, first: keptElites, at: row, rows: rows)
    }
  }
}
