// SPDX-License-Identifier: Apache-2.0

/// The result of `umwelt model compare`.
struct CompareReport {
  let board, task, model: String
  let seed: UInt64
  let episodes: Int
  /// Of every part.
  let comparisons: [ComparedPart: PrecisionComparison]

  var gates: [CompareGate] { CompareGate.all(comparisons) }
  var isPassed: Bool { gates.allSatisfy(\.isPassed) }

  private var plans: Int { comparisons[.both]?.plans ?? 0 }

  /// For people.
  var text: String {
    var rows = [
      [
        "int8", "latent cosine", "imagined", "Spearman mean", "least", "same best",
        "best in float's top 10 %", "elites in common"
      ]
    ]
    for part in ComparedPart.allCases {
      guard let comparison = comparisons[part] else { continue }
      rows.append(
        row(
          part.rawValue, cosines: [comparison.cosines, comparison.imaginedCosines],
          comparison.whole))
    }
    for (index, tally) in (comparisons[.both]?.iterations ?? []).enumerated() {
      rows.append(row("iteration \(index + 1)", cosines: [[], []], tally))
    }
    let verdicts = gates.map { gate in
      [
        gate.isPassed ? "passed" : "FAILED", gate.part.rawValue, gate.name,
        "\(fixed(gate.value, 6)) >= \(gate.least)"
      ]
    }
    return "\(board) \(task), \(model): int8 parts against float on int8's own candidates, "
      + "\(plans) plans in \(episodes) episodes, seed \(seed)\n" + table(rows)
      + "\ngates, on the means:\n" + table(verdicts)
  }

  private func row(
    _ name: String, cosines: [[Double]], _ tally: PrecisionComparison.Tally
  ) -> [String] {
    [name] + cosines.map { $0.isEmpty ? "" : fixed(mean($0), 6) } + [
      fixed(mean(tally.spearman), 5), fixed(least(tally.spearman), 5),
      percent(tally.agreementShare), percent(tally.bestShare), percent(mean(tally.eliteOverlap))
    ]
  }

  private func percent(_ share: Double) -> String { "\(fixed(100 * share, 1)) %" }

  /// One JSON object; the numbers at its top are of whole plans with all of the model in int8.
  var json: String {
    var object = JSONObject()
    object.add("board", board)
    object.add("task", task)
    object.add("model", model)
    object.add("seed", seed)
    object.add("episodes", episodes)
    object.add("plans", plans)
    if let both = comparisons[.both] {
      add(both, to: &object)
      object.add(
        "iterations",
        both.iterations.map { tally in
          var part = JSONObject()
          add(tally, to: &part)
          return part
        })
    }
    var parts = JSONObject()
    for part in ComparedPart.allCases {
      guard let comparison = comparisons[part] else { continue }
      var member = JSONObject()
      add(comparison, to: &member)
      parts.add(part.rawValue, member)
    }
    object.add("parts", parts)
    object.add("gates", gates.map(Self.object))
    object.add("passed", isPassed)
    return object.text
  }

  private func add(_ comparison: PrecisionComparison, to object: inout JSONObject) {
    object.add("latent_cosine_mean", mean(comparison.cosines), decimals: 6)
    object.add("latent_cosine_min", least(comparison.cosines), decimals: 6)
    object.add("imagined_cosine_mean", mean(comparison.imaginedCosines), decimals: 6)
    object.add("imagined_cosine_min", least(comparison.imaginedCosines), decimals: 6)
    add(comparison.whole, to: &object)
  }

  private func add(_ tally: PrecisionComparison.Tally, to object: inout JSONObject) {
    object.add("spearman_mean", mean(tally.spearman), decimals: 6)
    object.add("spearman_min", least(tally.spearman), decimals: 6)
    object.add("argmin_agreement", tally.agreementShare, decimals: 4)
    object.add("best_in_top10_share", tally.bestShare, decimals: 4)
    object.add("elite_overlap_mean", mean(tally.eliteOverlap), decimals: 4)
  }

  private static func object(_ gate: CompareGate) -> JSONObject {
    var object = JSONObject()
    object.add("part", gate.part.rawValue)
    object.add("name", gate.name)
    object.add("value", gate.value, decimals: 6)
    object.add("least", exactly: gate.least)
    object.add("passed", gate.isPassed)
    return object
  }

  private func least(_ values: [Double]) -> Double { values.min() ?? 0 }
}
