// SPDX-License-Identifier: Apache-2.0

/// The result of `umwelt model compare`.
struct CompareReport {
  let board, task, model: String
  let seed: UInt64
  let episodes: Int
  let comparison: PrecisionComparison

  /// For people.
  var text: String {
    var rows = [
      ["", "Spearman mean", "least", "int8's best in float's top 10 %", "elites in common"]
    ]
    rows.append(row("whole plan", comparison.whole))
    for (index, tally) in comparison.iterations.enumerated() {
      rows.append(row("iteration \(index + 1)", tally))
    }
    return "\(board) \(task), \(model): int8 against float on int8's own candidates, "
      + "\(comparison.plans) plans in \(episodes) episodes, seed \(seed)\n"
      + "  latent cosine: mean \(fixed(mean(comparison.cosines), 6)), "
      + "least \(fixed(least(comparison.cosines), 6))\n" + table(rows)
  }

  private func row(_ name: String, _ tally: PrecisionComparison.Tally) -> [String] {
    [
      name, fixed(mean(tally.spearman), 5), fixed(least(tally.spearman), 5),
      "\(fixed(100 * tally.bestShare, 1)) %", "\(fixed(100 * mean(tally.eliteOverlap), 1)) %"
    ]
  }

  /// One JSON object; the numbers at its top are of whole plans.
  var json: String {
    var object = JSONObject()
    object.add("board", board)
    object.add("task", task)
    object.add("model", model)
    object.add("seed", seed)
    object.add("episodes", episodes)
    object.add("plans", comparison.plans)
    object.add("latent_cosine_mean", mean(comparison.cosines), decimals: 6)
    object.add("latent_cosine_min", least(comparison.cosines), decimals: 6)
    add(comparison.whole, to: &object)
    object.add(
      "iterations",
      comparison.iterations.map { tally in
        var part = JSONObject()
        add(tally, to: &part)
        return part
      })
    return object.text
  }

  private func add(_ tally: PrecisionComparison.Tally, to object: inout JSONObject) {
    object.add("spearman_mean", mean(tally.spearman), decimals: 6)
    object.add("spearman_min", least(tally.spearman), decimals: 6)
    object.add("best_in_top10_share", tally.bestShare, decimals: 4)
    object.add("elite_overlap_mean", mean(tally.eliteOverlap), decimals: 4)
  }

  private func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(max(1, values.count))
  }

  private func least(_ values: [Double]) -> Double { values.min() ?? 0 }
}
