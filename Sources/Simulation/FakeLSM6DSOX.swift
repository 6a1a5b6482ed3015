// SPDX-License-Identifier: Apache-2.0
import Quantities

/// The LSM6DSOX at register level, made from ST DS12814 rev 4 and AN5272 rev 3: identity, ranges,
/// rates, filter, data registers, tagged FIFO, data-ready line.
package final class FakeLSM6DSOX: FakeIMU {
  // Register numbers (section 8, table 19).
  private enum Register {
    static let batchRates = 0x09, fifoMode = 0x0A, counterBatch = 0x0B, interrupt1 = 0x0D
    static let whoAmI = 0x0F, accelControl = 0x10, gyroControl = 0x11, control3 = 0x12
    static let control6 = 0x15, status = 0x1E, temperature = 0x20, gyroData = 0x22
    static let accelData = 0x28, fifoStatus = 0x3A, fifoTag = 0x78, fifoLast = 0x7E
  }
  /// ODR bits 1 to 8, Hz (tables 50 and 53).
  private static let ratesHz = [0, 12.5, 26, 52, 104, 208, 416, 833, 1666]
  /// Bandwidth of LPF1 at 104 Hz and above by FTYPE, as a share of the rate, rounded (table 63).
  private static let shares = [0.33, 0.31, 0.29, 0.33, 0.21, 0.115, 0.06, 0.03]
  /// Table 3: +-1 deg/s, 0.0038 deg/s/rtHz; +-20 mg, 70 ug/rtHz.
  private static let sheet = SensingElement.Characteristics(
    name: "LSM6DSOX", gyroBiasDegS: 1, accelBiasG: Vector3(0.02, 0.02, 0.02),
    gyroNoiseDegS: 0.0038, accelNoiseG: 70e-6)
  private static let wordBytes = 7

  package var fault = Fault.ok
  package var pointer: UInt8 = 0
  package var element: SensingElement

  private var registers = [UInt8](repeating: 0, count: 128)
  private var fifo = ByteFifo(capacity: 512 * wordBytes)
  /// The word being read, which a read of its last byte takes out.
  private var word = [UInt8](repeating: 0, count: wordBytes)
  private var moments: UInt8 = 0
  /// The line is high until the gyro's data are read, unless it pulses.
  private var isLineHigh = false
  private let onDataReady: (Instant) -> Void

  /// Without a seed it has no bias and no noise.
  package init(seed: UInt64? = nil, onDataReady: @escaping (Instant) -> Void) {
    self.onDataReady = onDataReady
    element = SensingElement(Self.sheet, seed: seed)
    reset()
  }

  private func reset() {
    element.forget()
    for i in registers.indices { registers[i] = 0 }
    registers[Register.control3] = 0x04
    isLineHigh = false
    fifo.removeAll()
  }

  private func rateHz(_ register: Int) -> Double {
    let bits = Int(registers[register] >> 4)
    return bits < Self.ratesHz.count ? Self.ratesHz[bits] : 0
  }

  /// Both run at one rate; other ways to use it are not simulated.
  package var isMeasuring: Bool {
    rateHz(Register.gyroControl) > 0
      && rateHz(Register.gyroControl) == rateHz(Register.accelControl)
  }
  package var samplePeriod: Interval { Interval(seconds: 1 / rateHz(Register.gyroControl)) }
  package var bandwidthHz: Double {
    rateHz(Register.gyroControl) * Self.shares[Int(registers[Register.control6] & 7)]
  }

  /// Table 2: sensitivities of 8.75 mdps and 0.061 mg, doubled with the range.
  package var scale: (perRadS: Double, perMS2: Double) {
    let gyro = Int(registers[Register.gyroControl] >> 2 & 3)
    let accel = [1.0, 8, 2, 4][Int(registers[Register.accelControl] >> 2 & 3)]
    return (
      1 / (8.75e-3 * Double(1 << gyro) * .pi / 180), 1 / (61e-6 * accel * standardGravityMS2)
    )
  }

  package func latch(at now: Instant) {
    let (gyro, accel) = (littleEndian(element.counts.gyro), littleEndian(element.counts.accel))
    for i in 0..<6 {
      registers[Register.gyroData + i] = gyro[i]
      registers[Register.accelData + i] = accel[i]
    }
    registers[Register.status] |= 0x03
    if registers[Register.fifoMode] & 0x07 == 0x06 {
      moments = (moments + 1) & 3
      if registers[Register.batchRates] >> 4 != 0 { push(0x01, gyro) }
      if registers[Register.batchRates] & 0x0F != 0 { push(0x02, accel) }
    }
    guard registers[Register.interrupt1] & 0x02 != 0 else { return }
    let isPulsed = registers[Register.counterBatch] & 0x80 != 0
    if isPulsed || !isLineHigh { onDataReady(now) }
    isLineHigh = !isPulsed
  }

  /// 9.75: sensor, moment, and a bit that makes the number of ones even.
  private func push(_ sensor: UInt8, _ data: [UInt8]) {
    let tag = sensor << 3 | moments << 1
    fifo.push(record: [tag | UInt8(tag.nonzeroBitCount & 1)] + data)
  }

  package func write(_ value: UInt8, to register: UInt8) {
    switch Int(register) {
    case Register.whoAmI, Register.status, Register.temperature..<(Register.accelData + 6): return
    case Register.fifoStatus, Register.fifoStatus + 1, Register.fifoTag...Register.fifoLast: return
    case Register.control3 where value & 0x01 != 0: reset()
    case Register.fifoMode:
      if value & 0x07 == 0 { fifo.removeAll() }  // AN5272 9.5.1: bypass empties it
      registers[Register.fifoMode] = value
    case let at: if at < 128 { registers[at] = value }
    }
  }

  package func read(_ register: UInt8) -> UInt8 {
    switch Int(register) {
    case Register.whoAmI: return fault == .wrong ? 0x70 : 0x6C
    case Register.gyroData..<(Register.gyroData + 6):
      isLineHigh = false
      return registers[Int(register)]
    case Register.fifoStatus: return UInt8(truncatingIfNeeded: fifo.count / Self.wordBytes)
    case Register.fifoStatus + 1:
      return UInt8((fifo.count / Self.wordBytes) >> 8) | (fifo.hasOverflowed ? 0x40 : 0)
    case Register.fifoTag:
      for i in word.indices { word[i] = fifo.pop() ?? 0 }
      return word[0]
    case (Register.fifoTag + 1)...Register.fifoLast: return word[Int(register) - Register.fifoTag]
    case let at: return at < 128 ? registers[at] : 0
    }
  }

  /// 6.1.2, 9.16: numbers count on while IF_INC is 1; the FIFO's go round.
  package func next(after register: UInt8) -> UInt8 {
    guard registers[Register.control3] & 0x04 != 0 else { return register }
    return Int(register) == Register.fifoLast ? UInt8(Register.fifoTag) : register &+ 1
  }
}
