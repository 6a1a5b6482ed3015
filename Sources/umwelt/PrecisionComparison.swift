// SPDX-License-Identifier: Apache-2.0

/// How well a model with int8 parts sees, imagines and ranks the planner's candidates, told by
/// float.
final class PrecisionComparison {
  /// The same candidates' costs in both precisions.
  struct Costs {
    let int8, float: [Double]
  }

  /// Agreement over many populations.
  struct Tally {
    private(set) var spearman: [Double] = []
    /// How often int8's best is in float's best tenth, and how often it is float's best.
    private(set) var bestHits = 0
    private(set) var bestAgreements = 0
    private(set) var eliteOverlap: [Double] = []

    var count: Int { spearman.count }
    var bestShare: Double { Double(bestHits) / Double(max(1, count)) }
    var agreementShare: Double { Double(bestAgreements) / Double(max(1, count)) }

    mutating func add(_ costs: Costs, elites: Int) {
      let (coarse, exact) = (order(costs.int8), order(costs.float))
      spearman.append(rankCorrelation(costs.int8, costs.float))
      let tenth = exact.prefix(max(1, exact.count / 10))
      if let best = coarse.first, tenth.contains(best) { bestHits += 1 }
      if coarse.first == exact.first { bestAgreements += 1 }
      let kept = min(elites, exact.count)
      let common = Set(coarse.prefix(kept)).intersection(exact.prefix(kept)).count
      eliteOverlap.append(Double(common) / Double(max(1, kept)))
    }
  }

  private let elites: Int
  /// Of the latents seen, and of those imagined one step ahead.
  private(set) var cosines: [Double] = []
  private(set) var imaginedCosines: [Double] = []
  /// All candidates of a plan in one.
  private(set) var whole = Tally()
  /// Each iteration's candidates: the later, the closer together and the harder to rank.
  private(set) var iterations: [Tally] = []

  init(elites: Int) { self.elites = elites }

  var plans: Int { whole.count }

  /// One plan: its populations in the order of the iterations.
  func add(_ populations: [Costs]) {
    guard !populations.isEmpty else { return }
    for (index, costs) in populations.enumerated() {
      if index == iterations.count { iterations.append(Tally()) }
      iterations[index].add(costs, elites: elites)
    }
    whole.add(
      Costs(int8: populations.flatMap(\.int8), float: populations.flatMap(\.float)),
      elites: elites)
  }

  /// What both saw at one moment, and what both expect next.
  func add(seen int8: [Float], _ float: [Float]) { cosines.append(cosine(int8, float)) }
  func add(imagined int8: [Float], _ float: [Float]) {
    imaginedCosines.append(cosine(int8, float))
  }
}

/// Indices from the least value to the greatest; equal values keep their order.
func order(_ values: [Double]) -> [Int] {
  values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
}

/// Ranks from 0; equal values share the mean of theirs.
func ranks(_ values: [Double]) -> [Double] {
  let sorted = order(values)
  var result = [Double](repeating: 0, count: values.count)
  var first = 0
  while first < sorted.count {
    var last = first
    while last + 1 < sorted.count, values[sorted[last + 1]] == values[sorted[first]] { last += 1 }
    for place in first...last { result[sorted[place]] = Double(first + last) / 2 }
    first = last + 1
  }
  return result
}

/// Spearman's rho: Pearson's correlation of the ranks; 0 where one side has a single rank.
/// Source: Spearman 1904.
func rankCorrelation(_ a: [Double], _ b: [Double]) -> Double {
  let (x, y) = (ranks(a), ranks(b))
  let mean = Double(a.count - 1) / 2
  var (xy, xx, yy) = (0.0, 0.0, 0.0)
  for (p, q) in zip(x, y) {
    xy += (p - mean) * (q - mean)
    xx += (p - mean) * (p - mean)
    yy += (q - mean) * (q - mean)
  }
  return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : 0
}
