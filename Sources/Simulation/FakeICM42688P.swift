// SPDX-License-Identifier: Apache-2.0
import Quantities

/// The ICM-42688-P at register level, made from TDK InvenSense DS-000347 rev 1.6: identity, power
/// modes, ranges, rates, filter, data registers, FIFO packets with timestamps, data-ready line.
package final class FakeICM42688P: FakeIMU {
  // Register numbers of bank 0 (section 13.1).
  private enum Register {
    static let deviceConfig = 0x11, fifoConfig = 0x16, data = 0x1D, interruptStatus = 0x2D
    static let fifoCount = 0x2E, fifoData = 0x30, pathReset = 0x4B, interfaceConfig = 0x4C
    static let power = 0x4E, gyroConfig = 0x4F, accelConfig = 0x50, filterConfig = 0x52
    static let timestampConfig = 0x54, fifoConfig1 = 0x5F, interruptConfig1 = 0x64
    static let interruptSource = 0x65, whoAmI = 0x75
  }
  /// 14.37: GYRO_ODR, microseconds.
  private static let periodNs: [UInt8: Int64] = [
    0x03: 125_000, 0x04: 250_000, 0x05: 500_000, 0x06: 1_000_000, 0x07: 5_000_000,
    0x08: 10_000_000, 0x09: 20_000_000, 0x0A: 40_000_000, 0x0B: 80_000_000, 0x0F: 2_000_000
  ]
  /// Table 1: +-0.5 deg/s, 0.0028 deg/s/rtHz; table 2: +-20 mg, 70 ug/rtHz.
  private static let sheet = SensingElement.Characteristics(
    name: "ICM-42688-P", gyroBiasDegS: 0.5, accelBiasG: Vector3(0.02, 0.02, 0.02),
    gyroNoiseDegS: 0.0028, accelNoiseG: 70e-6)
  private static let packetBytes = 16

  package var fault = Fault.ok
  package var pointer: UInt8 = 0
  package var element: SensingElement

  private var registers = [UInt8](repeating: 0, count: 128)
  private var fifo = ByteFifo(capacity: 2048)
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
    // Section 13.1: what is not 0 after a reset.
    registers[Register.interfaceConfig] = 0x30
    (registers[Register.gyroConfig], registers[Register.accelConfig]) = (0x06, 0x06)
    registers[Register.filterConfig] = 0x11
    registers[Register.timestampConfig] = 0x23
    (registers[Register.interruptConfig1], registers[Register.interruptSource]) = (0x10, 0x10)
    fifo.removeAll()
  }

  /// 14.36: both sensors in low-noise mode.
  package var isMeasuring: Bool { registers[Register.power] & 0x0F == 0x0F }

  package var samplePeriod: Interval {
    Interval(nanoseconds: Self.periodNs[registers[Register.gyroConfig] & 0x0F] ?? 1_000_000)
  }

  /// 14.40: ODR/2, or the larger of 400 Hz and the ODR divided.
  package var bandwidthHz: Double {
    let rateHz = 1 / samplePeriod.seconds
    let select = Int(registers[Register.filterConfig] & 0x07)
    return select == 0 ? rateHz / 2 : max(400, rateHz) / [2, 4, 5, 8, 10, 16, 20, 40][select]
  }

  package var scale: (perRadS: Double, perMS2: Double) {
    let gyro = Int(registers[Register.gyroConfig] >> 5)
    let accel = Int(registers[Register.accelConfig] >> 5 & 3)
    return (
      perRadS(fullScaleDegS: 2000 / Double(1 << gyro)), perMS2(fullScaleG: Double(16 >> accel))
    )
  }

  package func latch(at now: Instant) {
    let counts = element.counts
    // 25 degrees Celsius is 0 (4.13).
    let all = bigEndian(Int16(0)) + bigEndian(counts.accel) + bigEndian(counts.gyro)
    for (i, byte) in all.enumerated() { registers[Register.data + i] = byte }
    if registers[Register.fifoConfig] & 0xC0 == 0x40 { pushPacket(now) }
    registers[Register.interruptStatus] |= fifo.hasOverflowed ? 0x0A : 0x08
    // 12.6: INT_ASYNC_RESET must be 0 for the pin to work.
    if registers[Register.interruptSource] & 0x08 != 0,
      registers[Register.interruptConfig1] & 0x10 == 0
    {
      onDataReady(now)
    }
  }

  /// Packet 3 (6.1): header, accel, gyro, temperature, timestamp; other settings put nothing in.
  private func pushPacket(_ now: Instant) {
    guard registers[Register.fifoConfig1] & 0x1F == 0x0F else { return }
    // 12.7: 30 counts of "1 us" are 32 us; 14.42 TMST_EN.
    let isCounting = registers[Register.timestampConfig] & 0x01 != 0
    let stamp = isCounting ? now.nanoseconds * 30 / 32 / 1000 : 0
    fifo.push(
      record: [0x68] + bigEndian(element.counts.accel) + bigEndian(element.counts.gyro) + [0]
        + bigEndian(Int16(truncatingIfNeeded: stamp)))
  }

  package func write(_ value: UInt8, to register: UInt8) {
    switch Int(register) {
    case Register.whoAmI, Register.interruptStatus, Register.fifoCount...Register.fifoData: return
    case Register.data..<(Register.data + 14): return
    case Register.deviceConfig where value & 0x01 != 0: reset()
    case Register.pathReset: if value & 0x02 != 0 { fifo.removeAll() }
    case let at: if at < 128 { registers[at] = value }
    }
  }

  package func read(_ register: UInt8) -> UInt8 {
    switch Int(register) {
    case Register.whoAmI: return fault == .wrong ? 0x42 : 0x47
    case Register.interruptStatus:
      defer { registers[Int(register)] = 0 }
      return registers[Int(register)]
    case Register.fifoCount: return UInt8(fifo.count >> 8)
    case Register.fifoCount + 1: return UInt8(fifo.count & 0xFF)
    case Register.fifoData: return fifo.pop() ?? 0xFF
    case let at: return at < 128 ? registers[at] : 0
    }
  }

  package func next(after register: UInt8) -> UInt8 {
    Int(register) == Register.fifoData ? register : register &+ 1
  }
}
