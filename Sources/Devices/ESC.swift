// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities
import Safety

/// An electronic speed controller of a brushless motor, told by servo pulses.
///
/// ```
///               off    set point -1      0         1
///  one way      -          rest         rest ...  upper     rest = lower, nominally 1000 us
///  two ways     -          lower  ...   rest ...  upper     rest = middle, nominally 1500 us
/// ```
/// It runs only after it has seen rest pulses for a while, which is its arming. So from the first
/// enabled command on it gets rest pulses for `armS`, whatever the command; then it goes to the
/// command at `approachPerS`, and follows.
///
/// Off is a rest pulse for two cycles and then no pulses: some controllers go on for seconds with
/// the last throttle they saw. Against a program that dies no ESC is safe by itself: set its
/// signal-loss stop to the shortest it has, and wire the chip's OE (see `PCA9685`).
public final class ESC: Actuators, RestsFirst {
  public struct Settings: Hashable, Sendable {
    /// The ends that the controller was calibrated to.
    public var pulseUs: ClosedRange<Double>
    /// Whether it can reverse; rest is then the middle.
    public var isTwoWay: Bool
    /// How long it must see rest pulses before it obeys: its manual says; two seconds suit most.
    public var armS: Double
    /// How fast it goes from rest to the first command, set points a second.
    public var approachPerS: Double

    public init(
      pulseUs: ClosedRange<Double>, isTwoWay: Bool, armS: Double = 2, approachPerS: Double = 0.5
    ) {
      (self.pulseUs, self.isTwoWay) = (pulseUs, isTwoWay)
      (self.armS, self.approachPerS) = (armS, approachPerS)
    }
  }

  public let setPoints: Range<Int>
  private let settings: Settings
  private let restUs: Double
  private var pulses: PulseChannel
  private var approach: Approach
  private var clock: (any Clock)?
  /// Since when it gets pulses; nil while it gets none.
  private var pulsingSince: Instant?
  /// Since when it has been put to rest, on the way to no pulses.
  private var restingSince: Instant?

  /// - Parameter index: its set point.
  /// - Throws: `DeviceError.unsupported` when the channel cannot carry such pulses.
  public init(channel: PWMChannel, settings: Settings, index: Int) throws(DeviceError) {
    guard settings.armS >= 0, settings.armS.isFinite, settings.approachPerS > 0 else {
      throw .unsupported(
        chip: "ESC", setting: "arming and approach",
        asked: "\(settings.armS) s, \(settings.approachPerS) /s", possible: "at least 0, above 0")
    }
    (setPoints, self.settings) = (index..<(index + 1), settings)
    pulses = try PulseChannel(channel, pulseUs: settings.pulseUs, device: "ESC")
    approach = Approach(from: 0, speedPerS: settings.approachPerS)
    restUs = Self.pulseUs(0, settings)
  }

  public func start(clock: any Clock) throws(DeviceError) {
    stop()
    self.clock = clock
    try pulses.start(clock: clock)
  }

  /// Precondition: started, unless the command is off.
  public func apply(_ command: SafeCommand) throws(DeviceError) {
    precondition(setPoints.upperBound <= command.count, "a set point for the ESC")
    guard let clock else {
      precondition(!command.isEnabled, "start the ESC before it is told anything but off")
      return
    }
    let now = clock.now
    guard command.isEnabled else { return try relax(now) }
    restingSince = nil
    let since = pulsingSince ?? now
    pulsingSince = since
    guard (now - since).seconds >= settings.armS else { return try pulses.send(us: restUs) }
    let target = command.setPoints[setPoints.lowerBound]
    try pulses.send(us: Self.pulseUs(approach.next(target, now: now), settings))
  }

  /// A rest pulse for two cycles, then none, whatever state the bus is in. Idempotent.
  public func stop() {
    if pulsingSince != nil, let clock {
      rest()
      clock.sleep(until: (restingSince ?? clock.now) + twoCycles)
    }
    (pulsingSince, restingSince) = (nil, nil)
    pulses.off()
  }

  /// The rest pulse at once, without waiting until it has been seen.
  func rest() {
    guard pulsingSince != nil, restingSince == nil, let clock else { return }
    do throws(DeviceError) { try relax(clock.now) } catch { pulses.off() }
  }

  /// Towards no pulses, without waiting.
  private func relax(_ now: Instant) throws(DeviceError) {
    guard pulsingSince != nil else { return }
    approach.restart(at: 0)
    if let since = restingSince {
      if now >= since + twoCycles { stop() }
    } else {
      restingSince = now
      try pulses.send(us: restUs)
    }
  }

  /// One cycle may have begun before the pulse was told.
  private var twoCycles: Interval { Interval(seconds: 2 * pulses.periodS) }

  /// Linear; one way, what would be reverse is rest.
  static func pulseUs(_ throttle: Double, _ settings: Settings) -> Double {
    let (lower, upper) = (settings.pulseUs.lowerBound, settings.pulseUs.upperBound)
    let share = settings.isTwoWay ? (max(throttle, -1) + 1) / 2 : max(throttle, 0)
    return lower + min(share, 1) * (upper - lower)
  }
}
