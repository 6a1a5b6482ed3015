// SPDX-License-Identifier: Apache-2.0

/// How long before each row of a log the one before it was taken.
///
/// Rows that share a time came in one burst: they share the interval since the burst before. A gap
/// is an interval that is far beyond the usual one and long enough for a hand to turn a body by any
/// angle, so that nothing can be said of the motion in it.
public struct ImuTimeline: Sendable {
  /// No gap is shorter: a turn and a half at the fastest that a hand has in the BROAD recordings,
  /// 1218 deg/s in 09. Units: s.
  public static let shortestGapS = 0.5

  /// The usual interval: gaps do not count. Units: s.
  public let periodS: Double
  /// For each row; a gap's is one period. Units: s.
  public let intervalsS: [Double]
  /// Rows that a gap stands before.
  public let rowsAfterGaps: Set<Int>

  /// Rows in a second.
  public var rateHz: Double { 1 / periodS }

  /// Nil where there are not two rows with time between them.
  ///
  /// - Parameter timesS: times of the rows, none before its predecessor. Units: s.
  public init?(timesS: [Double]) {
    var intervals = [Double](repeating: 0, count: timesS.count)
    var burst = 0
    for row in 1..<max(1, timesS.count) where timesS[row] > timesS[row - 1] {
      Self.share(timesS[row] - timesS[row - 1], from: row, timesS, &intervals)
      burst = burst == 0 ? row : burst
    }
    // The first burst has no interval of its own.
    guard burst > 0, let period = usualInterval(intervals[burst...]) else { return nil }
    var gaps: Set<Int> = []
    var sinceBurstS = 0.0
    for row in intervals.indices {
      if row >= burst && timesS[row] > timesS[row - 1] {
        sinceBurstS = timesS[row] - timesS[row - 1]
        if isGap(intervals[row]) { gaps.insert(row) }
      }
      if row < burst || isGap(intervals[row]) { intervals[row] = period }
    }
    (periodS, intervalsS, rowsAfterGaps) = (period, intervals, gaps)

    func isGap(_ intervalS: Double) -> Bool {
      intervalS > farBeyond * period && sinceBurstS >= Self.shortestGapS
    }
  }

  /// Gives each row of the burst that begins at `first` the same part of the interval before it.
  private static func share(
    _ intervalS: Double, from first: Int, _ timesS: [Double], _ intervals: inout [Double]
  ) {
    var end = first + 1
    while end < timesS.count && timesS[end] == timesS[first] { end += 1 }
    for row in first..<end { intervals[row] = intervalS / Double(end - first) }
  }
}

/// Times the usual interval, beyond which one is not usual: more than four lost in a row.
private let farBeyond = 5.0

/// The mean of the intervals that are not far beyond their median; nil where there are none.
///
/// The mean, because times are rounded: at 286 Hz in whole milliseconds the median is 14 % off.
func usualInterval(_ intervals: some Collection<Double>) -> Double? {
  guard !intervals.isEmpty else { return nil }
  let sorted = intervals.sorted()
  let limit = farBeyond * sorted[sorted.count / 2]
  let usual = sorted.prefix { $0 <= limit }
  return usual.reduce(0, +) / Double(usual.count)
}
