// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// The channels of one driver, numbered as it names them, wherever each of them is.
///
/// What is set is sent by `flush`: the channels of a chip in one transfer, so that they change
/// together; outputs and lines one after the other, and only when they change.
struct PWMChannels {
  private struct Single {
    let channel: PWMChannel
    var duty = 0.0
    /// What was sent last; nil when that is not known.
    var sent: Double?
  }

  /// The driver's channels on one chip.
  private struct Part {
    let chip: PCA9685
    var channels: [Int]
    /// From the first to behind the last.
    var range: Range<Int>
    /// Which of them is read back next.
    var turn = 0
  }

  private var singles: [Single]
  private var parts: [Part] = []

  init(_ channels: [PWMChannel]) {
    singles = channels.map { Single(channel: $0) }
    for case .chip(let chip, let channel) in channels {
      precondition((0..<16).contains(channel), "PCA9685 channels are 0...15, not \(channel)")
      if let part = parts.firstIndex(where: { $0.chip === chip }) {
        let range = parts[part].range
        parts[part].channels.append(channel)
        parts[part].range = min(range.lowerBound, channel)..<max(range.upperBound, channel + 1)
      } else {
        parts.append(Part(chip: chip, channels: [channel], range: channel..<(channel + 1)))
      }
    }
  }

  /// Configures the chips and outputs, everything off. Starting a chip that another driver started
  /// is no matter: before the first command all of it is off.
  mutating func start(clock: any Clock) throws(DeviceError) {
    for part in parts { try part.chip.start(clock: clock) }
    for i in singles.indices { try startSingle(i) }
  }

  /// Precondition: 0 <= duty <= 1, past the gate; 0 or 1 on a line.
  mutating func set(_ index: Int, duty: Double) {
    switch singles[index].channel {
    case .chip(let chip, let channel): chip.set(channel, duty: duty)
    case .output: singles[index].duty = duty
    case .line(let line):
      precondition(duty == 0 || duty == 1, "line \(line.name) is low or high, not \(duty)")
      singles[index].duty = duty
    }
  }

  /// Sends what was set, and reads one channel of each chip back, another one each time.
  mutating func flush() throws(DeviceError) {
    for i in parts.indices {
      let part = parts[i]
      try part.chip.flush(channels: part.range, verifying: part.channels[part.turn])
      parts[i].turn = (part.turn + 1) % part.channels.count
    }
    for i in singles.indices { try sendSingle(i) }
  }

  /// All of them off; never throws.
  mutating func off() {
    for i in singles.indices {
      singles[i].duty = 0
      singles[i].sent = nil
      // What turns something off gets a second chance, and no third: the next output waits.
      if !lower(singles[i].channel) { _ = lower(singles[i].channel) }
    }
    for part in parts { part.chip.off(part.channels, range: part.range) }
  }

  private mutating func startSingle(_ i: Int) throws(DeviceError) {
    switch singles[i].channel {
    case .chip: return
    case .output(let output, let period):
      do throws(PWMError) { try output.start(period: period) } catch { throw .pwm(error) }
    case .line(let line):
      do throws(LineError) { try line.set(high: false) } catch { throw .line(error) }
    }
    singles[i].sent = 0
  }

  private mutating func sendSingle(_ i: Int) throws(DeviceError) {
    let duty = singles[i].duty
    guard singles[i].sent != duty else { return }
    switch singles[i].channel {
    case .chip: return
    case .output(let output, let period):
      do throws(PWMError) {
        if singles[i].sent == nil { try output.start(period: period) }  // it was off
        let high = (duty * Double(period.nanoseconds)).rounded()
        try output.set(high: Interval(nanoseconds: Int64(high)))
      } catch { throw .pwm(error) }
    case .line(let line):
      do throws(LineError) { try line.set(high: duty == 1) } catch { throw .line(error) }
    }
    singles[i].sent = duty
  }

  /// False when the kernel refused.
  private func lower(_ channel: PWMChannel) -> Bool {
    switch channel {
    case .chip: return true
    case .output(let output, _):
      do throws(PWMError) { try output.stop() } catch { return false }
    case .line(let line):
      do throws(LineError) { try line.set(high: false) } catch { return false }
    }
    return true
  }
}
