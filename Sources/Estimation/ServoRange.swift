// SPDX-License-Identifier: Apache-2.0

/// The set points that a servo reaches without pressing, from what was found on both sides of 0.
public struct ServoRange: Hashable, Sendable {
  public var lower, upper: Double

  /// What a slow turn outward came to.
  public enum Side: Hashable, Sendable {
    /// A stop was felt here. Free: the current before it; nil where somebody watched.
    case stop(Double, freeA: Double?)
    /// Nothing was felt up to here, the last set point that it may have.
    case limit(Double, freeA: Double?)

    var isStop: Bool { if case .stop = self { true } else { false } }

    var setPoint: Double {
      switch self { case .stop(let setPoint, _), .limit(let setPoint, _): setPoint }
    }

    var freeA: Double? {
      switch self { case .stop(_, let freeA), .limit(_, let freeA): freeA }
    }

    /// Whether no stop was felt because it pressed from the first step on: it drew there what the
    /// other side has only at a stop.
    func pressesThroughout(beside other: Side) -> Bool {
      guard !isStop, let freeA, let otherA = other.freeA else { return false }
      return freeA > ServoEnd.Limits.rise * otherA
    }

    /// The last set point that is clear of the stop.
    func clear(by margin: Double) -> Double {
      guard case .stop(let setPoint, _) = self else { return setPoint }
      return setPoint < 0 ? setPoint + margin : setPoint - margin
    }
  }

  public enum Limits {
    /// How far it must get from 0 on a side with a stop: a tenth of what its pulses tell.
    public static let room = 0.1
  }

  /// - Parameter margin: how far to stay away from a stop.
  /// - Throws: `noEnd` when neither side has a stop, for nothing proves then that one would have
  ///   been felt; `noRoom` when a stop is at 0 or beyond it.
  public init(lower: Side, upper: Side, margin: Double) throws(CalibrationRefusal) {
    guard lower.isStop || upper.isStop else { throw .noEnd(reached: upper.setPoint) }
    (self.lower, self.upper) = (lower.clear(by: margin), upper.clear(by: margin))
    let refusal = CalibrationRefusal.noRoom(lower: self.lower, upper: self.upper)
    if lower.isStop, self.lower > -Limits.room { throw refusal }
    if upper.isStop, self.upper < Limits.room { throw refusal }
    if lower.pressesThroughout(beside: upper) || upper.pressesThroughout(beside: lower) {
      throw refusal
    }
  }
}
