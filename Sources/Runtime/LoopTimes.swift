// SPDX-License-Identifier: Apache-2.0
import Histogram
import Quantities

/// How punctual the loop is: what `TickRecord`s come to. Not for the tick path: it asks for memory.
public struct LoopTimes {
  /// How late ticks begin: timer, scheduler, and the tick before.
  public private(set) var late = Times()
  /// From a tick's begin until the actuators have its command.
  public private(set) var busy = Times()
  /// How long decisions take.
  public private(set) var thinking = Times()
  /// From the moment that a picture was taken until the command that it led to is in the registers.
  public private(set) var photonToMotor = Times()
  public private(set) var ticks = 0
  public private(set) var skipped = 0
  private var firstAt: Instant?
  private var lastAt = Instant.zero

  public init() {}

  public mutating func add(_ tick: TickRecord) {
    ticks += 1
    skipped += tick.skipped
    firstAt = firstAt ?? tick.dueAt
    lastAt = tick.dueAt
    late.add(tick.beganAt - tick.dueAt)
    busy.add(tick.endedAt - tick.beganAt)
    guard let decision = tick.decision else { return }
    thinking.add(Interval(seconds: decision.tookS))
    if let sightAt = decision.sightAt { photonToMotor.add(tick.endedAt - sightAt) }
  }

  /// Ticks in a second of the time looked at; nil before there were two.
  public var rateHz: Double? {
    guard let firstAt, lastAt > firstAt else { return nil }
    return Double(ticks - 1) / (lastAt - firstAt).seconds
  }
}

/// Durations from a microsecond to a minute, to 1 %.
///
/// Source: Tene, HdrHistogram: https://hdrhistogram.github.io/HdrHistogram/
public struct Times {
  private var histogram = Histogram<UInt32>(
    lowestDiscernibleValue: 1000, highestTrackableValue: 60_000_000_000,
    numberOfSignificantValueDigits: .two)

  public init() {}

  /// One that is longer counts as a minute.
  public mutating func add(_ time: Interval) {
    histogram.record(UInt64(min(max(time.nanoseconds, 0), 59_999_999_999)))
  }

  public var count: Int { Int(histogram.totalCount) }
  public var meanS: Double { histogram.mean * 1e-9 }
  public var maxS: Double { Double(histogram.max) * 1e-9 }

  /// - Parameter share: 0 to 1; 0.99 is what 99 in 100 are within. Units: s.
  public func quantileS(_ share: Double) -> Double {
    Double(histogram.valueAtPercentile(100 * share)) * 1e-9
  }
}
