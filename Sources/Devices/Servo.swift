// SPDX-License-Identifier: Apache-2.0
import Buses
import Safety

/// A hobby servo: set points -1...1 are positions, told by the length of a pulse about 50 times a
/// second.
///
/// ```
///  set point   -1        0        1
///  pulse       lower ... middle ... upper      nominally 1000, 1500, 2000 us; ends vary by maker
///  angle       -travel/2 ... 0 ... travel/2
/// ```
/// A servo cannot be asked where it is: `restPosition` states it. The first pulse is that position,
/// and from there it goes to the first command at `approachRadS`, so that nothing jumps; after an
/// off it begins where the last pulse put it.
///
/// Off is **no pulses**: an analog servo lets go, a digital one lets go or holds by itself, and
/// neither needs this program alive. Holding by pulses would go on after the program died. What
/// must not drop when let go needs a brake, a spring or a balance weight.
public final class Servo: Actuators {
  /// How a servo is mounted and calibrated.
  public struct Settings: Hashable, Sendable {
    /// The pulses of set points -1 and 1, which the mechanism reaches without pressing on a stop.
    public var pulseUs: ClosedRange<Double>
    /// The angle between those two.
    public var travelRad: Double
    /// Positive set points turn it towards the shorter pulse.
    public var isInverted: Bool
    /// Where it stands before the first pulse, as a set point.
    public var restPosition: Double
    /// How fast it goes from there to the first command.
    public var approachRadS: Double

    public init(
      pulseUs: ClosedRange<Double>, travelRad: Double, isInverted: Bool = false,
      restPosition: Double = 0, approachRadS: Double = 1
    ) {
      (self.pulseUs, self.travelRad, self.isInverted) = (pulseUs, travelRad, isInverted)
      (self.restPosition, self.approachRadS) = (restPosition, approachRadS)
    }
  }

  public let setPoints: Range<Int>
  private let settings: Settings
  private var pulses: PulseChannel
  private var approach: Approach
  private var clock: (any Clock)?
  private var isPulsing = false

  /// - Parameter index: its set point.
  /// - Throws: `DeviceError.unsupported` when the channel cannot carry such pulses.
  public init(channel: PWMChannel, settings: Settings, index: Int) throws(DeviceError) {
    guard settings.travelRad > 0, settings.approachRadS > 0, abs(settings.restPosition) <= 1 else {
      throw .unsupported(
        chip: "servo", setting: "travel, approach and rest",
        asked: "\(settings.travelRad) rad, \(settings.approachRadS) rad/s, "
          + "\(settings.restPosition)", possible: "above 0, above 0, -1 to 1")
    }
    (setPoints, self.settings) = (index..<(index + 1), settings)
    pulses = try PulseChannel(channel, pulseUs: settings.pulseUs, device: "servo")
    approach = Approach(
      from: settings.restPosition, speedPerS: 2 * settings.approachRadS / settings.travelRad)
  }

  public func start(clock: any Clock) throws(DeviceError) {
    stop()
    self.clock = clock
    try pulses.start(clock: clock)
  }

  /// Precondition: started, unless the command is off.
  public func apply(_ command: SafeCommand) throws(DeviceError) {
    precondition(setPoints.upperBound <= command.count, "a set point for the servo")
    guard let clock else {
      precondition(!command.isEnabled, "start the servo before it is told anything but off")
      return
    }
    guard command.isEnabled else {
      if isPulsing { stop() }
      return
    }
    let target = min(max(command.setPoints[setPoints.lowerBound], -1), 1)
    let position = approach.next(target, now: clock.now)
    isPulsing = true
    try pulses.send(us: Self.pulseUs(settings.isInverted ? -position : position, settings.pulseUs))
  }

  /// No pulses, whatever state the bus is in. Idempotent.
  public func stop() {
    isPulsing = false
    approach.restart(at: approach.position)
    pulses.off()
  }

  /// Linear between the ends.
  static func pulseUs(_ position: Double, _ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (position + 1) / 2 * (range.upperBound - range.lowerBound)
  }
}
