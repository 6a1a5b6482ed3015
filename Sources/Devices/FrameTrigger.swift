// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// Tells a camera when to expose: one pulse a frame.
///
/// A PWM output of the computer keeps time by itself, to the microsecond. A line is raised by
/// `update`, so its pulses come when the loop comes round; a pulse that was due while nobody looked
/// is counted and skipped, never caught up.
public final class FrameTrigger {
  private enum Drive {
    case line(any OutputLine)
    case output(any PWMOutput)
  }

  /// Pulses that were due but never sent.
  public private(set) var skippedPulses = 0

  private let drive: Drive
  private let period, width: Interval
  private var nextAt: Instant?
  private var raisedAt: Instant?

  /// - Parameter widthS: how long a pulse is, on a line at least.
  public convenience init(line: any OutputLine, rateHz: Double, widthS: Double) {
    self.init(.line(line), rateHz, widthS)
  }

  /// - Parameter widthS: how long a pulse is.
  public convenience init(output: any PWMOutput, rateHz: Double, widthS: Double) {
    self.init(.output(output), rateHz, widthS)
  }

  private init(_ drive: Drive, _ rateHz: Double, _ widthS: Double) {
    precondition(rateHz > 0 && widthS > 0 && widthS * rateHz < 1, "a pulse fits into its cycle")
    self.drive = drive
    (period, width) = (Interval(seconds: 1 / rateHz), Interval(seconds: widthS))
  }

  /// The first pulse comes now, or with the next `update`.
  public func start(now: Instant) throws(DeviceError) {
    switch drive {
    case .line(let line):
      try set(line, high: false)
      (nextAt, raisedAt, skippedPulses) = (now, nil, 0)
    case .output(let output):
      do throws(PWMError) {
        try output.start(period: period)
        try output.set(high: width)
      } catch { throw .pwm(error) }
    }
  }

  /// Raises or lowers a line when that is due; nothing to do for a PWM output.
  public func update(now: Instant) throws(DeviceError) {
    guard case .line(let line) = drive, let due = nextAt else { return }
    if let raised = raisedAt, now >= raised + width {
      try set(line, high: false)
      raisedAt = nil
    }
    guard now >= due, raisedAt == nil else { return }
    let late = (now - due).nanoseconds / period.nanoseconds
    skippedPulses += Int(late)
    nextAt = due + period * (late + 1)
    try set(line, high: true)
    raisedAt = now
  }

  /// Low, and no pulses any more. Idempotent, never throws.
  public func stop() {
    nextAt = nil
    switch drive {
    case .line(let line):
      do throws(LineError) { try line.set(high: false) } catch { return }
    case .output(let output):
      do throws(PWMError) { try output.stop() } catch { return }
    }
  }

  private func set(_ line: any OutputLine, high: Bool) throws(DeviceError) {
    do throws(LineError) { try line.set(high: high) } catch { throw .line(error) }
  }
}
