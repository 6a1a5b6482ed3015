// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities
import Safety

/// A relay with a normally-open contact: off is open, and open is what it is without power.
///
/// A set point of 0.5 and more closes it. Its contacts wear with every arc and its coil takes
/// milliseconds, so it stays closed for `minimumOnS` and open for `minimumOffS` at least; a stop
/// and a command that is not enabled open it at once all the same.
///
/// Only inputs that are active high: a module that closes when its input is low would close
/// whenever the computer is off or starts. Set its jumper to H, or put a transistor between.
public final class Relay: Actuators {
  public let setPoints: Range<Int>
  private let minimumOn, minimumOff: Interval
  private var output: PWMChannels
  private var clock: (any Clock)?
  private var isClosed = false
  private var switchedAt = Instant.zero

  /// - Parameters:
  ///   - channel: a line, or a PWM channel, which is then always fully on or off.
  ///   - index: its set point.
  public init(channel: PWMChannel, minimumOnS: Double, minimumOffS: Double, index: Int) {
    precondition(minimumOnS >= 0 && minimumOffS >= 0, "times are at least 0")
    setPoints = index..<(index + 1)
    (minimumOn, minimumOff) = (Interval(seconds: minimumOnS), Interval(seconds: minimumOffS))
    output = PWMChannels([channel])
  }

  /// Open, since now: it may have been closed until a moment ago.
  public func start(clock: any Clock) throws(DeviceError) {
    stop()
    self.clock = clock
    try output.start(clock: clock)
    switchedAt = clock.now
  }

  /// Precondition: started, unless the command is off.
  public func apply(_ command: SafeCommand) throws(DeviceError) {
    precondition(setPoints.upperBound <= command.count, "a set point for the relay")
    guard let clock else {
      precondition(!command.isEnabled, "start the relay before it is told anything but off")
      return
    }
    guard command.isEnabled else {
      if isClosed { stop() }
      return
    }
    let isWanted = command.setPoints[setPoints.lowerBound] >= 0.5
    let mayChange = clock.now - switchedAt >= (isClosed ? minimumOn : minimumOff)
    if isWanted != isClosed, mayChange { (isClosed, switchedAt) = (isWanted, clock.now) }
    output.set(0, duty: isClosed ? 1 : 0)
    try output.flush()
  }

  /// Open, whatever state the bus is in. Idempotent.
  public func stop() {
    if isClosed, let clock { switchedAt = clock.now }
    isClosed = false
    output.off()
  }
}
