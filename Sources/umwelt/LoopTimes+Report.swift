// SPDX-License-Identifier: Apache-2.0
import Runtime

extension LoopTimes {
  /// What is measured, with its name in JSON and for people.
  private var all: [(key: String, name: String, times: Times)] {
    [
      ("late", "late", late), ("busy", "busy", busy), ("thinking", "thinking", thinking),
      ("photon_to_motor", "to motor", photonToMotor)
    ].filter { $0.times.count > 0 }
  }

  /// Rows of a table for people.
  var lines: [String] {
    guard let rateHz else { return [] }
    let head =
      "  ticks      \(ticks) at \(fixed(rateHz, 1)) Hz, \(skipped) skipped       "
      + "p50     p99   p99.9     max"
    return [head]
      + all.map { row in
        let values = [0.5, 0.99, 0.999].map(row.times.quantileS) + [row.times.maxS]
        let columns = values.map { column($0 * 1000) }.joined()
        return "  \(row.name.padded(to: 10)) \(row.times.count) times, ms".padded(to: 46) + columns
      }
  }

  private func column(_ milliseconds: Double) -> String {
    let text = fixed(milliseconds, 2)
    return "".padded(to: 8 - text.count) + text
  }

  func add(to object: inout JSONObject, lost: Int) {
    object.add("ticks", ticks)
    object.add("ticks_skipped", skipped)
    object.add("ticks_not_timed", lost)
    if let rateHz { object.add("tick_rate_hz", rateHz, decimals: 2) }
    for (key, _, times) in all {
      for (name, seconds) in [
        ("mean", times.meanS), ("p50", times.quantileS(0.5)), ("p99", times.quantileS(0.99)),
        ("p999", times.quantileS(0.999)), ("max", times.maxS)
      ] {
        object.add("\(key)_ms_\(name)", seconds * 1000, decimals: 3)
      }
    }
  }
}
