// SPDX-License-Identifier: Apache-2.0

/// The result of `umwelt sim evaluate`.
struct EvaluationReport {
  let board, task, planner: String
  let seed: UInt64
  let episodes: Int
  /// Name, successes; every episode counts.
  let rates: [(name: String, successes: Int)]
  let tickMsP50, tickMsP99: Double

  init(
    board: String, task: String, planner: String, seed: UInt64, outcomes: [Outcome],
    tickMs: [Double]
  ) {
    (self.board, self.task, self.planner, self.seed) = (board, task, planner, seed)
    episodes = outcomes.count
    let kinds: [(String, KeyPath<Outcome, Bool?>)] = [
      ("hit_rate", \.hit), ("held_rate", \.held), ("upright_rate", \.upright)
    ]
    rates = kinds.compactMap { name, key in
      let known = outcomes.compactMap { $0[keyPath: key] }
      return known.isEmpty ? nil : (name, known.filter { $0 }.count)
    }
    (tickMsP50, tickMsP99) = (quantile(tickMs, 0.5), quantile(tickMs, 0.99))
  }

  /// One JSON object, keys as DESIGN's command line fixes them.
  var json: String {
    var object = JSONObject()
    object.add("board", board)
    object.add("task", task)
    object.add("planner", planner)
    object.add("seed", seed)
    object.add("episodes", episodes)
    for (name, successes) in rates {
      let (low, high) = wilson(successes, of: episodes)
      object.add(name, Double(successes) / Double(max(1, episodes)), decimals: 4)
      object.add("\(name)_ci95", [low, high], decimals: 4)
    }
    object.add("tick_ms_p50", tickMsP50, decimals: 3)
    object.add("tick_ms_p99", tickMsP99, decimals: 3)
    return object.text
  }

  /// The same for people.
  var text: String {
    var lines = ["\(board) \(task), planner \(planner), \(episodes) episodes, seed \(seed)"]
    for (name, successes) in rates {
      let (low, high) = wilson(successes, of: episodes)
      let rate = Double(successes) / Double(max(1, episodes))
      lines.append(
        "  \(name.padded(to: 13))\(percent(rate)) %   [\(percent(low)), \(percent(high))]")
    }
    lines.append(
      "  tick         p50 \(fixed(tickMsP50, 2)) ms, p99 \(fixed(tickMsP99, 2)) ms (CPU time)")
    return lines.joined(separator: "\n")
  }

  private func percent(_ value: Double) -> String { fixed(100 * value, 1) }
}
