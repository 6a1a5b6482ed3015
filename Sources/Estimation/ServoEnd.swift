// SPDX-License-Identifier: Apache-2.0

/// Where a servo runs into its stop, from the current it draws while it moves slowly outward.
///
/// Free running draws about the same everywhere; a stalled servo draws several times that. The end
/// is where the rise began, and its mechanism should stay clear of it.
public struct ServoEnd: Hashable, Sendable {
  /// The last set point without pressing. Units: the servo's set point.
  public var setPoint: Double
  /// Current at the stop over current before it.
  public var rise: Double

  public enum Limits {
    /// A stall draws three times and more; gears and load change less than half as much.
    public static let rise = 1.8
    /// Readings in a row, so that the start-up peak of one step is no stop.
    public static let samples = 3
    /// The free part that the comparison needs.
    public static let freeSamples = 8
  }

  /// Watches the current, reading by reading.
  public struct Watch: Sendable {
    private var free: [Double] = []
    private var pressing: [(setPoint: Double, currentA: Double)] = []
    private var lastFree = 0.0
    private var reached = 0.0

    public init() {}

    /// True once the servo presses: stop it.
    public var isAtEnd: Bool { pressing.count >= Limits.samples }

    public mutating func add(setPoint: Double, currentA: Double) {
      guard !isAtEnd, currentA.isFinite else { return }
      reached = setPoint
      if free.count >= Limits.freeSamples, currentA > Limits.rise * median {
        pressing.append((setPoint, currentA))
      } else {
        pressing = []
        free.append(currentA)
        lastFree = setPoint
      }
    }

    /// What it drew before it pressed; nil before enough of that was seen.
    public var freeA: Double? { free.count >= Limits.freeSamples ? median : nil }

    private var median: Double { free.sorted()[free.count / 2] }

    /// Throws: no end was felt, or too little before it.
    public func finish() throws(CalibrationRefusal) -> ServoEnd {
      guard free.count >= Limits.freeSamples else {
        throw .tooFewSamples(found: free.count, needed: Limits.freeSamples)
      }
      guard isAtEnd, let last = pressing.last else { throw .noEnd(reached: reached) }
      return ServoEnd(setPoint: lastFree, rise: last.currentA / median)
    }
  }
}
