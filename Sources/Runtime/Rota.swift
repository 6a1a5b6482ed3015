// SPDX-License-Identifier: Apache-2.0
import Quantities

/// Whose turn it is to be looked at, of chips that are slower than the loop: one in a tick, and
/// none more often than it can have something new, so that no tick's bus time is more than one
/// look.
struct Rota {
  /// One that had nothing new is asked again after this share of its period.
  private static let patience: Int64 = 4

  private let periods: [Interval]
  private var dueAt: [Instant]

  init(periods: [Interval]) {
    self.periods = periods
    dueAt = periods.map { _ in Instant(nanoseconds: .min) }
  }

  /// The one that has waited longest; nil when none is due.
  func turn(now: Instant) -> Int? {
    var first: Int?
    for i in dueAt.indices where dueAt[i] <= now {
      if dueAt[i] < (first.map { dueAt[$0] } ?? Instant(nanoseconds: .max)) { first = i }
    }
    return first
  }

  /// It was looked at.
  mutating func note(_ index: Int, hadNews: Bool, now: Instant) {
    let period = periods[index]
    dueAt[index] =
      now + (hadNews ? period : Interval(nanoseconds: period.nanoseconds / Self.patience))
  }
}
