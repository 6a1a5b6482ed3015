// SPDX-License-Identifier: Apache-2.0

/// The 95 % Wilson score interval of a rate. Source: Wilson 1927.
func wilson(_ successes: Int, of trials: Int) -> (low: Double, high: Double) {
  guard trials > 0 else { return (0, 1) }
  let z = 1.959964
  let n = Double(trials)
  let p = Double(successes) / n
  let centre = p + z * z / (2 * n)
  let spread = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
  let scale = 1 + z * z / n
  return ((centre - spread) / scale, (centre + spread) / scale)
}

/// The mean of some numbers; 0 of none.
func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }

/// The q-quantile of some numbers, nearest rank; 0 of none.
func quantile(_ values: [Double], _ q: Double) -> Double {
  guard !values.isEmpty else { return 0 }
  let sorted = values.sorted()
  return sorted[min(sorted.count - 1, Int((q * Double(sorted.count)).rounded(.down)))]
}
