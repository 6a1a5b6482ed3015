// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// The ADS1115 at register level, made from TI SBAS444D: inputs, ranges, rates, single-shot and
/// continuous conversion, thresholds as a conversion-ready pulse.
package final class FakeADS1115: FakeWordChip {
  /// By PGA bits 11:9 and DR bits 7:5 (9.6.3).
  private static let rangesV = [6.144, 4.096, 2.048, 1.024, 0.512, 0.256, 0.256, 0.256]
  private static let ratesHz = [8.0, 16, 32, 64, 128, 250, 475, 860]
  /// What each of the MUX bits 14:12 connects; nil is ground.
  private static let inputs: [(Int, Int?)] = [
    (0, 1), (0, 3), (1, 3), (2, 3), (0, nil), (1, nil), (2, nil), (3, nil)
  ]

  package var fault = Fault.ok
  package var pointer: UInt8 = 0
  /// At the four inputs, against ground.
  package var voltagesV: [Double]
  private let clock: any Clock
  private let onReady: (Instant) -> Void
  private var random = SeededGenerator(seed: 0, stream: "ADS1115")
  private var configuration: UInt16 = 0x8583
  private var low: UInt16 = 0x8000
  private var high: UInt16 = 0x7FFF
  private var conversion: UInt16 = 0
  /// When the running conversion ends; nil when none runs.
  private var doneAt: Instant?

  /// - Parameter onReady: the pulse of ALERT/RDY, where it is configured.
  package init(
    voltagesV: [Double], clock: any Clock, onReady: @escaping (Instant) -> Void = { _ in }
  ) {
    precondition(voltagesV.count == 4, "four inputs")
    (self.voltagesV, self.clock, self.onReady) = (voltagesV, clock, onReady)
  }

  /// A dip of the chip's own supply: every register as after power-up.
  package func dip() {
    (configuration, low, high, conversion, doneAt) = (0x8583, 0x8000, 0x7FFF, 0, nil)
  }

  private var isContinuous: Bool { configuration & 0x0100 == 0 }
  private var period: Interval {
    Interval(seconds: 1 / Self.ratesHz[Int(configuration >> 5 & 7)])
  }

  /// Lets conversions end that are due by now.
  package func advance() {
    guard fault != .stuck else { return }
    while let end = doneAt, end <= clock.now {
      let (plus, minus) = Self.inputs[Int(configuration >> 12 & 7)]
      let volts = voltagesV[plus] - (minus.map { voltagesV[$0] } ?? 0)
      let range = Self.rangesV[Int(configuration >> 9 & 7)]
      conversion = UInt16(
        truncatingIfNeeded: counts(volts / range * 32768, -32768...32767))
      if fault == .garbage { conversion = UInt16(truncatingIfNeeded: random.next()) }
      doneAt = isContinuous ? end + period : nil
      let isPulsed = high & 0x8000 != 0 && low & 0x8000 == 0 && configuration & 3 != 3
      if isPulsed { onReady(end) }
    }
  }

  package func writeWord(_ value: UInt16, to register: UInt8) {
    advance()
    switch register {
    case 0x01:
      configuration = value
      if isContinuous || value & 0x8000 != 0 { doneAt = clock.now + period }
    case 0x02: low = value
    case 0x03: high = value
    default: return
    }
  }

  package func readWord(_ register: UInt8) -> UInt16 {
    advance()
    switch register {
    case 0x00: return conversion
    case 0x01: return configuration & 0x7FFF | (doneAt == nil ? 0x8000 : 0)
    case 0x02: return low
    case 0x03: return fault == .wrong ? 0x0000 : high
    default: return 0
    }
  }
}
