// SPDX-License-Identifier: Apache-2.0
import Quantities

/// The ICM-20948 at register level, made from TDK InvenSense DS-000189 rev 1.3: four banks,
/// identity, ranges, dividers, low-pass filter, data registers, FIFO, data-ready line, bypass to
/// the magnetometer.
package final class FakeICM20948: FakeIMU {
  // Register numbers of bank 0 (section 7.1).
  private enum Register {
    static let whoAmI = 0x00, userControl = 0x03, power = 0x06, pinConfig = 0x0F
    static let interruptEnable1 = 0x11, interruptStatus1 = 0x1A, interruptStatus2 = 0x1B
    static let data = 0x2D, fifoEnable2 = 0x67, fifoReset = 0x68, fifoCount = 0x70
    static let fifoData = 0x72, bankSelect = 0x7F
  }
  /// Gyro bandwidth by GYRO_DLPFCFG (table 16), Hz.
  private static let bandwidthHz = [196.6, 151.8, 119.5, 51.2, 23.9, 11.6, 5.7, 361.4]
  /// Table 1: +-5 deg/s, 0.015 deg/s/rtHz; table 2: +-25 mg, 230 ug/rtHz.
  private static let sheet = SensingElement.Characteristics(
    name: "ICM-20948", gyroBiasDegS: 5, accelBiasG: Vector3(0.025, 0.025, 0.025),
    gyroNoiseDegS: 0.015, accelNoiseG: 230e-6)

  package var fault = Fault.ok
  package var pointer: UInt8 = 0
  package var element: SensingElement
  package var magnetometer: (any FakeMagnetometer)? { compass }

  private let compass = FakeAK09916()
  private var banks = [[UInt8]](repeating: [UInt8](repeating: 0, count: 128), count: 4)
  private var bank = 0
  private var fifo = ByteFifo(capacity: 512)
  private let onDataReady: (Instant) -> Void

  /// Without a seed it has no bias and no noise.
  package init(seed: UInt64? = nil, onDataReady: @escaping (Instant) -> Void) {
    self.onDataReady = onDataReady
    element = SensingElement(Self.sheet, seed: seed)
    reset()
  }

  private func reset() {
    element.forget()
    for i in banks.indices { for j in banks[i].indices { banks[i][j] = 0 } }
    banks[0][Register.power] = 0x41  // 8.4: asleep
    (banks[2][0x01], banks[2][0x14]) = (0x01, 0x01)  // 10.2, 10.15: filters on
    bank = 0
    fifo.removeAll()
    compass.isConnected = false
  }

  package var isMeasuring: Bool { banks[0][Register.power] & 0x40 == 0 }
  package var bandwidthHz: Double { Self.bandwidthHz[Int(banks[2][0x01] >> 3 & 7)] }

  /// 10.1: 1125 Hz, divided. The accelerometer's divider is taken to be the same.
  package var samplePeriod: Interval {
    Interval(nanoseconds: Int64(1 + Int(banks[2][0x00])) * 1_000_000_000 / 1125)
  }

  package var scale: (perRadS: Double, perMS2: Double) {
    let (gyro, accel) = (Int(banks[2][0x01] >> 1 & 3), Int(banks[2][0x14] >> 1 & 3))
    return (perRadS(fullScaleDegS: Double(250 << gyro)), perMS2(fullScaleG: Double(2 << accel)))
  }

  package func latch(at now: Instant) {
    let counts = element.counts
    let celsius = Int16((25.0 - 21) * 333.87)  // table 4
    let all = bigEndian(counts.accel) + bigEndian(counts.gyro) + bigEndian(celsius)
    for (i, byte) in all.enumerated() { banks[0][Register.data + i] = byte }
    if banks[0][Register.userControl] & 0x40 != 0, banks[0][Register.fifoReset] & 0x01 == 0 {
      // 8.43: accelerometer, then each axis of the gyro that is enabled.
      let enabled = banks[0][Register.fifoEnable2]
      if enabled & 0x10 != 0 { for i in 0..<6 { fifo.push(all[i]) } }
      for axis in 0..<3 where enabled & (0x02 << axis) != 0 {
        for i in 0..<2 { fifo.push(all[6 + 2 * axis + i]) }
      }
    }
    banks[0][Register.interruptStatus1] |= 0x01
    if fifo.hasOverflowed { banks[0][Register.interruptStatus2] |= 0x01 }
    if banks[0][Register.interruptEnable1] & 0x01 != 0 { onDataReady(now) }
  }

  package func write(_ value: UInt8, to register: UInt8) {
    let at = Int(register & 0x7F)
    if at == Register.bankSelect {
      bank = Int(value >> 4 & 3)
      return
    }
    switch at {
    case _ where bank != 0: banks[bank][at] = value
    case Register.whoAmI, Register.interruptStatus1, Register.interruptStatus2: return
    case Register.data..<(Register.data + 14): return
    case Register.power where value & 0x80 != 0: reset()
    case Register.fifoReset:
      banks[0][at] = value & 0x1F
      if value & 0x01 != 0 { fifo.removeAll() }
    default: banks[0][at] = value
    }
    // 8.6 BYPASS_EN, 8.2 I2C_MST_EN.
    compass.isConnected =
      banks[0][Register.pinConfig] & 0x02 != 0 && banks[0][Register.userControl] & 0x20 == 0
  }

  package func read(_ register: UInt8) -> UInt8 {
    let at = Int(register & 0x7F)
    if at == Register.bankSelect { return UInt8(bank << 4) }
    guard bank == 0 else { return banks[bank][at] }
    switch at {
    case Register.whoAmI: return fault == .wrong ? 0x24 : 0xEA
    case Register.interruptStatus1, Register.interruptStatus2:
      defer { banks[0][at] = 0 }
      return banks[0][at]
    case Register.fifoCount: return UInt8(fifo.count >> 8)
    case Register.fifoCount + 1: return UInt8(fifo.count & 0xFF)
    case Register.fifoData: return fifo.pop() ?? 0xFF
    default: return banks[0][at]
    }
  }

  package func next(after register: UInt8) -> UInt8 {
    bank == 0 && Int(register) == Register.fifoData ? register : register &+ 1
  }
}
