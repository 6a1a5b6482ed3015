// SPDX-License-Identifier: Apache-2.0
import Quantities

/// Speed by the time between counts: over up to four counts of one direction, a whole cycle, in
/// which the unequal phases of a cheap encoder cancel out.
struct EdgeSpeed {
  private static let cycle = 4
  /// When the last counts came, newest at `newest`.
  private var stamps = SIMD8<Int64>.zero
  private var newest = 0
  /// Counts of one direction since the last turn round, loss or standstill; nil before the first.
  private var steps: Int?
  private var direction = 1

  mutating func add(_ step: Int, at instant: Instant) {
    newest = (newest + 1) % 8
    stamps[newest] = instant.nanoseconds
    steps = steps.map { step == direction ? min($0 + 1, Self.cycle) : 0 } ?? 0
    direction = step
  }

  /// The time to the next count would be meaningless.
  mutating func forget() { steps = nil }

  /// While no count comes, the speed can at most be one count in the time since the last.
  mutating func countsPerS(at now: Instant, standstillS: Double) -> Double {
    guard let steps else { return 0 }
    let sinceS = Double(now.nanoseconds - stamps[newest]) * 1e-9
    guard sinceS < standstillS else {
      self.steps = nil
      return 0
    }
    guard steps > 0 else { return 0 }
    let spanS = Double(stamps[newest] - stamps[(newest - steps + 8) % 8]) * 1e-9
    let perCountS = max(spanS / Double(steps), sinceS)
    return perCountS > 0 ? Double(direction) / perCountS : 0
  }
}
