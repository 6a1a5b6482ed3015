// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// The INA226 at register level, made from TI SBOS547B: identity, reset, averages, calibration,
/// conversion-ready and overflow flags. It watches a supply through a shunt.
package final class FakeINA226: FakeWordChip {
  /// Averages by configuration bits 11:9, conversion times by bits 8:6 and 5:3 (7.1).
  private static let averages: [Int64] = [1, 4, 16, 64, 128, 256, 512, 1024]
  private static let timesUs: [Int64] = [140, 204, 332, 588, 1100, 2116, 4156, 8244]

  package var fault = Fault.ok
  package var pointer: UInt8 = 0
  package var supply: Supply
  private let shuntOhm: Double
  private let clock: any Clock
  private var random = SeededGenerator(seed: 0, stream: "INA226")
  private var configuration: UInt16 = 0x4127
  private var calibration: UInt16 = 0
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

  /// A dip of the chip's own supply: every register as after power-up.
  package func dip() {
    (configuration, calibration) = (0x4127, 0)
    (shunt, bus, power, current) = (0, 0, 0, 0)
    restart()
  }

  private var cycle: Interval {
    let us =
      Self.timesUs[Int(configuration >> 6 & 7)] + Self.timesUs[Int(configuration >> 3 & 7)]
    return Interval(nanoseconds: 1000 * us * Self.averages[Int(configuration >> 9 & 7)])
  }

  private func restart() {
    isReady = false
    doneAt = clock.now + cycle
  }

  private func convert() {
    guard configuration & 0x7 == 0x7, fault != .stuck, clock.now >= doneAt else { return }
    doneAt = clock.now + cycle
    isReady = true
    shunt = counts(supply.currentA * shuntOhm / 2.5e-6, -32768...32767)
    bus = counts(supply.voltageV / 1.25e-3, 0...32767)
    current = shunt * Int(calibration) / 2048
    power = abs(current) * bus / 20_000
    hasOverflowed = abs(current) > 32767 || power > 65535
  }

  package func writeWord(_ value: UInt16, to register: UInt8) {
    switch register {
    case 0x00 where value & 0x8000 != 0: dip()
    case 0x00:
      configuration = value & 0x0FFF | 0x4000
      restart()
    case 0x05: calibration = value & 0x7FFF
    default: return
    }
  }

  package func readWord(_ register: UInt8) -> UInt16 {
    convert()
    if fault == .garbage, (1...6).contains(register) {
      return UInt16(truncatingIfNeeded: random.next())
    }
    switch register {
    case 0x00: return configuration
    case 0x01: return UInt16(truncatingIfNeeded: shunt)
    case 0x02: return UInt16(bus)
    case 0x03: return UInt16(truncatingIfNeeded: power)
    case 0x04: return UInt16(truncatingIfNeeded: current)
    case 0x05: return calibration
    case 0x06:
      defer { isReady = false }
      return (isReady ? 0x08 : 0) | (hasOverflowed ? 0x04 : 0)
    case 0xFE: return 0x5449
    case 0xFF: return fault == .wrong ? 0x3220 : 0x2260
    default: return 0
    }
  }
}
