// SPDX-License-Identifier: Apache-2.0
import Buses

/// A channel that carries servo pulses: the length of a pulse is the message, its rate is not.
struct PulseChannel {
  let periodS: Double
  private var channels: PWMChannels

  /// - Throws: `DeviceError.unsupported` when such pulses do not fit the channel.
  init(_ channel: PWMChannel, pulseUs: ClosedRange<Double>, device: String) throws(DeviceError) {
    // The widest that hobby servos and ESCs are sold with.
    guard pulseUs.lowerBound >= 400, pulseUs.upperBound <= 2600,
      pulseUs.lowerBound < pulseUs.upperBound
    else {
      throw .unsupported(
        chip: device, setting: "pulse range",
        asked: "\(pulseUs.lowerBound) to \(pulseUs.upperBound) us", possible: "400 to 2600 us")
    }
    guard let periodS = channel.periodS else {
      throw .unsupported(
        chip: device, setting: "channel", asked: "a line", possible: "a PWM channel")
    }
    guard pulseUs.upperBound * 1e-6 < periodS else {
      throw .unsupported(
        chip: device, setting: "frequency", asked: "\(Int((1 / periodS).rounded())) Hz",
        possible: "cycles longer than a pulse; 50 Hz suits them all")
    }
    self.periodS = periodS
    channels = PWMChannels([channel])
  }

  mutating func start(clock: any Clock) throws(DeviceError) { try channels.start(clock: clock) }

  /// Precondition: inside the range.
  mutating func send(us: Double) throws(DeviceError) {
    channels.set(0, duty: us * 1e-6 / periodS)
    try channels.flush()
  }

  /// No pulses. Never throws.
  mutating func off() { channels.off() }
}
