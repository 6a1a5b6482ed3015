// SPDX-License-Identifier: Apache-2.0
import Quantities

/// The MPU-6050 and its successors at register level, made from InvenSense RM-MPU-6000A rev 4.2 and
/// PS-MPU-6000A rev 3.4, RM-MPU-6500A rev 2.1, RM-MPU-9250A rev 1.6 and PS-MPU-9250A rev 1.1:
/// identity, ranges, sample-rate divider, low-pass filter, data registers, FIFO, data-ready line,
/// bypass to the magnetometer.
package final class FakeMPU6050: FakeIMU {
  /// Which of the family.
  package enum Model: String, CaseIterable { case mpu6050, mpu6500, mpu9250, mpu9255 }

  // Register numbers (RM section 3).
  private enum Register {
    static let sampleRateDivider: UInt8 = 0x19, config: UInt8 = 0x1A, gyroConfig: UInt8 = 0x1B
    static let accelConfig: UInt8 = 0x1C, fifoEnable: UInt8 = 0x23, pinConfig: UInt8 = 0x37
    static let interruptEnable: UInt8 = 0x38, interruptStatus: UInt8 = 0x3A, data: UInt8 = 0x3B
    static let userControl: UInt8 = 0x6A, power: UInt8 = 0x6B, fifoCount: UInt8 = 0x72
    static let fifoData: UInt8 = 0x74, whoAmI: UInt8 = 0x75
  }
  package static let fifoCapacity = 1024
  /// Accelerometer bandwidth by DLPF_CFG (RM section 4.3), Hz.
  private static let bandwidthHz: [Double] = [260, 184, 94, 44, 21, 10, 5, 260]
  /// PS section 6.1: +-20 deg/s, 0.005 deg/s/rtHz; 6.2: +-50 mg, z +-80 mg, 400 ug/rtHz.
  private static let first = SensingElement.Characteristics(
    name: "MPU-6050", gyroBiasDegS: 20, accelBiasG: Vector3(0.05, 0.05, 0.08),
    gyroNoiseDegS: 0.005, accelNoiseG: 400e-6)
  /// PS-MPU-9250A 3.1: +-5 deg/s, 0.01 deg/s/rtHz; 3.2: +-60 mg, z +-80 mg, 300 ug/rtHz.
  private static let later = SensingElement.Characteristics(
    name: "MPU-9250", gyroBiasDegS: 5, accelBiasG: Vector3(0.06, 0.06, 0.08),
    gyroNoiseDegS: 0.01, accelNoiseG: 300e-6)

  package var fault = Fault.ok
  package var pointer: UInt8 = 0
  package var element: SensingElement
  package var magnetometer: (any FakeMagnetometer)? { compass }

  private let model: Model
  private let compass: FakeAK8963?
  private var registers = [UInt8](repeating: 0, count: 128)
  private var fifo: ByteFifo
  private let onDataReady: (Instant) -> Void

  /// Without a seed it has no bias and no noise.
  package init(
    _ model: Model = .mpu6050, seed: UInt64? = nil, onDataReady: @escaping (Instant) -> Void
  ) {
    (self.model, self.onDataReady) = (model, onDataReady)
    element = SensingElement(model == .mpu6050 ? Self.first : Self.later, seed: seed)
    // RM-MPU-9250A 4.32 (FIFO_COUNT): 512 bytes.
    fifo = ByteFifo(capacity: model == .mpu6050 ? Self.fifoCapacity : 512)
    compass = model == .mpu9250 || model == .mpu9255 ? FakeAK8963(seed: seed) : nil
    reset()
  }

  private var identity: UInt8 {
    switch model {
    case .mpu6050: fault == .wrong ? 0x70 : 0x68
    case .mpu6500: fault == .wrong ? 0x68 : 0x70
    case .mpu9250: fault == .wrong ? 0x70 : 0x71  // what is often sold under its name
    case .mpu9255: fault == .wrong ? 0x71 : 0x73
    }
  }

  private func reset() {
    element.forget()
    for i in registers.indices { registers[i] = 0 }
    // The first wakes up asleep; the later ones run on their inner oscillator (RM-MPU-9250A 3).
    registers[Int(Register.power)] = model == .mpu6050 ? 0x40 : 0x01
    fifo.removeAll()
    compass?.isConnected = false
  }

  package var isMeasuring: Bool { registers[Int(Register.power)] & 0x40 == 0 }
  private var lowPass: Int { Int(registers[Int(Register.config)] & 7) }
  package var bandwidthHz: Double { Self.bandwidthHz[lowPass] }

  package var scale: (perRadS: Double, perMS2: Double) {
    let gyro = Int(registers[Int(Register.gyroConfig)] >> 3 & 3)
    let accel = Int(registers[Int(Register.accelConfig)] >> 3 & 3)
    return (perRadS(fullScaleDegS: Double(250 << gyro)), perMS2(fullScaleG: Double(2 << accel)))
  }

  /// Time between samples (RM section 4.2): 8 kHz without filter, 1 kHz with, divided.
  package var samplePeriod: Interval {
    let base: Int64 = lowPass == 0 || lowPass == 7 ? 125_000 : 1_000_000
    return Interval(nanoseconds: base * Int64(1 + Int(registers[Int(Register.sampleRateDivider)])))
  }

  package func latch(at now: Instant) {
    // RM 4.18: 25 degrees Celsius; PS-MPU-9250A 3.4.2.
    let celsius = model == .mpu6050 ? (25 - 36.53) * 340 : (25 - 21) * 333.87
    let all =
      bigEndian(element.counts.accel) + bigEndian(Int16(celsius)) + bigEndian(element.counts.gyro)
    for (i, byte) in all.enumerated() { registers[Int(Register.data) + i] = byte }
    if registers[Int(Register.userControl)] & 0x40 != 0 { pushFifo() }
    registers[Int(Register.interruptStatus)] |= fifo.hasOverflowed ? 0x11 : 0x01
    if registers[Int(Register.interruptEnable)] & 0x01 != 0 { onDataReady(now) }
  }

  /// One FIFO record: the enabled sensors in register order (RM section 4.9).
  private func pushFifo() {
    let enabled = registers[Int(Register.fifoEnable)]
    if enabled & 0x08 != 0 { for i in 0..<6 { push(i) } }
    if enabled & 0x80 != 0 { for i in 6..<8 { push(i) } }
    for (axis, bit) in [UInt8(0x40), 0x20, 0x10].enumerated() where enabled & bit != 0 {
      for i in 0..<2 { push(8 + 2 * axis + i) }
    }
  }

  private func push(_ offset: Int) { fifo.push(registers[Int(Register.data) + offset]) }

  package func write(_ value: UInt8, to register: UInt8) {
    switch register {
    case Register.whoAmI, Register.interruptStatus, Register.data..<(Register.data + 14): return
    case Register.power where value & 0x80 != 0: reset()
    case Register.userControl:
      if value & 0x44 == 0x04 { fifo.removeAll() }  // RM 4.27: while FIFO_EN is 0
      registers[Int(register)] = value & ~0x07  // the reset bits clear themselves
    default: if register < 128 { registers[Int(register)] = value }
    }
    // RM-MPU-9250A 4.18: BYPASS_EN, while the chip's own master is off.
    compass?.isConnected =
      registers[Int(Register.pinConfig)] & 0x02 != 0
      && registers[Int(Register.userControl)] & 0x20 == 0
  }

  package func read(_ register: UInt8) -> UInt8 {
    switch register {
    case Register.whoAmI: return identity
    case Register.interruptStatus:
      defer { registers[Int(register)] = 0 }
      return registers[Int(register)]
    case Register.fifoCount: return UInt8(fifo.count >> 8)
    case Register.fifoCount + 1: return UInt8(fifo.count & 0xFF)
    case Register.fifoData: return fifo.pop() ?? 0xFF
    default: return register < 128 ? registers[Int(register)] : 0
    }
  }

  package func next(after register: UInt8) -> UInt8 {
    register == Register.fifoData ? register : register &+ 1
  }
}
