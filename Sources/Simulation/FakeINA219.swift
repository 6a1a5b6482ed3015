// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// The INA219 at register level, made from TI SBOS448G: reset, ranges, averages, calibration,
/// conversion-ready and overflow flags. It watches a supply through a shunt.
package final class FakeINA219: FakeWordChip {
  package var fault = Fault.ok
  package var pointer: UInt8 = 0
  package var supply: Supply
  private let shuntOhm: Double
  private let clock: any Clock
  private var random = SeededGenerator(seed: 0, stream: "INA219")
  private var configuration: UInt16 = 0x399F
  private var calibration: UInt16 = 0
  /// Shunt, bus, power, current, overflow: as the last conversion left them.
  private var shunt = 0
  private var bus = 0
  private var power = 0
  private var current = 0
  private var hasOverflowed = false
  private var isReady = false
  private var doneAt: Instant

  package init(supply: Supply, shuntOhm: Double, clock: any Clock) {
    (self.supply, self.shuntOhm, self.clock) = (supply, shuntOhm, clock)
    doneAt = clock.now
    restart()
  }

  /// A dip of the chip's own supply: every register as after power-up (8.6.2.1).
  package func dip() {
    (configuration, calibration) = (0x399F, 0)
    (shunt, bus, power, current) = (0, 0, 0, 0)
    restart()
  }

  /// Shunt and bus in turn, 532 us each at 12 bits, doubled by averages (table 5).
  private var cycle: Interval {
    let select = Int(configuration >> 3 & 0xF)
    return Interval(nanoseconds: 2 * 532_000 << Int64(select > 8 ? select - 8 : 0))
  }

  private func restart() {
    isReady = false
    doneAt = clock.now + cycle
  }

  private func convert() {
    guard configuration & 0x7 == 0x7, fault != .stuck, clock.now >= doneAt else { return }
    doneAt = clock.now + cycle
    isReady = true
    let range = Double(4000 << Int(configuration >> 11 & 3))  // 40 mV and doubled, 10 uV a count
    shunt = counts(supply.currentA * shuntOhm / 10e-6, -range...range)
    bus = counts(supply.voltageV / 4e-3, 0...(configuration & 0x2000 == 0 ? 4000 : 8000))
    current = shunt * Int(calibration) / 4096
    power = abs(current) * bus / 5000
    hasOverflowed = abs(current) > 32767 || power > 65535
  }

  package func writeWord(_ value: UInt16, to register: UInt8) {
    switch register {
    case 0x00 where value & 0x8000 != 0: dip()
    case 0x00:
      configuration = value & 0x3FFF
      restart()
    case 0x05: calibration = value & 0xFFFE  // bit 0 is not there (8.6.4.1)
    default: return
    }
  }

  package func readWord(_ register: UInt8) -> UInt16 {
    convert()
    if fault == .garbage, register != 0 { return UInt16(truncatingIfNeeded: random.next()) }
    switch register {
    case 0x00: return fault == .wrong ? 0x4127 : configuration
    case 0x01: return UInt16(truncatingIfNeeded: shunt)
    case 0x02: return UInt16(bus) << 3 | (isReady ? 2 : 0) | (hasOverflowed ? 1 : 0)
    case 0x03:
      isReady = false
      return UInt16(truncatingIfNeeded: power)
    case 0x04: return UInt16(truncatingIfNeeded: current)
    case 0x05: return calibration
    default: return 0
    }
  }
}
