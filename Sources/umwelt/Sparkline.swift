// SPDX-License-Identifier: Apache-2.0

/// The last values of a quantity as a row of bars.
struct Sparkline {
  private static let bars = Array("▁▂▃▄▅▆▇█")
  private let capacity: Int
  private var values: [Double] = []

  init(capacity: Int) { self.capacity = capacity }

  mutating func add(_ value: Double) {
    values.append(value)
    if values.count > capacity { values.removeFirst() }
  }

  /// Bars from 0 to the largest value shown, which is at least `ceiling`.
  func text(ceiling: Double) -> String {
    let top = max(ceiling, values.max() ?? 0)
    let drawn = values.map { value -> Character in
      guard value.isFinite, top > 0 else { return " " }
      return Self.bars[max(0, min(7, Int(value / top * 7.99)))]
    }
    return String(drawn).padded(to: capacity)
  }
}
