// SPDX-License-Identifier: Apache-2.0

/// The PCA9685 at register level, made from NXP PCA9685 rev 4: modes, prescaler, sixteen 12-bit
/// channels, full-on and full-off, ALL_LED, auto-increment.
package final class FakePCA9685: FakeRegisterChip {
  private enum Register {
    static let mode1: UInt8 = 0x00, firstChannel: UInt8 = 0x06, lastChannelByte: UInt8 = 0x45
    static let allOnLow: UInt8 = 0xFA, allOffHigh: UInt8 = 0xFD, prescale: UInt8 = 0xFE
  }

  package var fault = Fault.ok
  /// The level of OE, low for true (section 7.4); tied to ground when nobody sets it.
  package var isOutputEnabled = true
  package var pointer: UInt8 = 0
  private var registers = [UInt8](repeating: 0, count: 256)

  package init() {
    registers[0x00] = 0x11  // table 5: SLEEP, ALLCALL
    registers[0x01] = 0x04  // table 6: totem pole
    registers[0x05] = 0xE0
    registers[Int(Register.prescale)] = 0x1E  // table 9: 200 Hz
    for channel in 0..<16 { registers[channel * 4 + 9] = 0x10 }  // table 7: full off
  }

  private var isAsleep: Bool { registers[Int(Register.mode1)] & 0x10 != 0 }

  /// PWM frequency in Hz (section 7.3.5, internal 25 MHz oscillator).
  package var frequencyHz: Double {
    25e6 / (4096 * (Double(registers[Int(Register.prescale)]) + 1))
  }

  /// The share of time a channel is high, 0...1 (section 7.3.3; full-off wins).
  package func duty(_ channel: Int) -> Double {
    guard !isAsleep, isOutputEnabled, fault != .off else { return 0 }
    let at = Int(Register.firstChannel) + 4 * channel
    if registers[at + 3] & 0x10 != 0 { return 0 }
    if registers[at + 1] & 0x10 != 0 { return 1 }
    let on = Int(registers[at]) | Int(registers[at + 1] & 0x0F) << 8
    let off = Int(registers[at + 2]) | Int(registers[at + 3] & 0x0F) << 8
    return Double((off - on + 4096) % 4096) / 4096
  }

  package func write(_ value: UInt8, to register: UInt8) {
    guard fault != .stuck else { return }
    switch register {
    case Register.mode1: registers[0] = value & 0x7F  // RESTART reads back 0 once honoured
    case Register.prescale: if isAsleep { registers[Int(register)] = max(3, value) }
    case Register.allOnLow...Register.allOffHigh:
      for channel in 0..<16 {
        registers[Int(Register.firstChannel) + 4 * channel + Int(register - Register.allOnLow)] =
          value
      }
    case 0x01...Register.lastChannelByte: registers[Int(register)] = value
    default: return
    }
  }

  package func read(_ register: UInt8) -> UInt8 {
    if fault == .wrong { return 0xFF }
    return (Register.allOnLow...Register.allOffHigh).contains(register)
      ? 0 : registers[Int(register)]
  }

  package func next(after register: UInt8) -> UInt8 {
    guard registers[Int(Register.mode1)] & 0x20 != 0 else { return register }
    return register == Register.lastChannelByte ? 0 : register &+ 1
  }
}
