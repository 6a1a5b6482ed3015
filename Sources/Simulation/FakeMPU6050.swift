// SPDX-License-Identifier: Apache-2.0
import Quantities

/// The MPU-6050 at register level, made from InvenSense RM-MPU-6000A rev 4.2 and PS-MPU-6000A rev
/// 3.4: identity, ranges, sample-rate divider, low-pass filter, data registers, 1024-byte FIFO,
/// data-ready line.
package final class FakeMPU6050: FakeRegisterChip, FakeInertialChip {
  // Register numbers (RM section 3).
  private enum Register {
    static let sampleRateDivider: UInt8 = 0x19, config: UInt8 = 0x1A, gyroConfig: UInt8 = 0x1B
    static let accelConfig: UInt8 = 0x1C, fifoEnable: UInt8 = 0x23, interruptEnable: UInt8 = 0x38
    static let interruptStatus: UInt8 = 0x3A, data: UInt8 = 0x3B, userControl: UInt8 = 0x6A
    static let power: UInt8 = 0x6B, fifoCount: UInt8 = 0x72, fifoData: UInt8 = 0x74
    static let whoAmI: UInt8 = 0x75
  }
  package static let fifoCapacity = 1024
  /// Accelerometer bandwidth by DLPF_CFG (RM section 4.3), Hz.
  private static let bandwidthHz: [Double] = [260, 184, 94, 44, 21, 10, 5, 260]

  package var fault = Fault.ok
  package var pointer: UInt8 = 0
  /// Zero-rate output, rad/s: PS section 6.1 allows +-20 deg/s.
  package let gyroBiasRadS: Vector3
  /// Zero-g output, m/s2: PS section 6.2 allows +-50 mg (x, y) and +-80 mg (z).
  package let accelBiasMS2: Vector3

  /// Samples of which an axis was outside the range that the chip was set to, and so was clipped.
  package private(set) var saturatedSamples = 0

  private var registers = [UInt8](repeating: 0, count: 128)
  private var fifo = [UInt8](repeating: 0, count: fifoCapacity)
  private var fifoHead = 0
  private var fifoUsed = 0
  private var random: SeededGenerator
  private var filteredRate = Vector3.zero
  private var filteredForce = Motion.rest.specificForceMS2
  private var nextSampleAt = Instant.zero
  private let onDataReady: (Instant) -> Void

  /// Biases are drawn within a quarter of the datasheet's bounds.
  package init(seed: UInt64, onDataReady: @escaping (Instant) -> Void) {
    var random = SeededGenerator(seed: seed, stream: "MPU-6050")
    func draw(_ bound: Double) -> Double { random.uniform(-bound / 4...bound / 4) }
    let rate = 20 * Double.pi / 180
    let milliG = standardGravityMS2 / 1000
    gyroBiasRadS = Vector3(draw(rate), draw(rate), draw(rate))
    accelBiasMS2 = Vector3(draw(50 * milliG), draw(50 * milliG), draw(80 * milliG))
    self.random = random
    self.onDataReady = onDataReady
    reset()
  }

  /// A fake without bias, noise or filter, for playing recordings into.
  package init(onDataReady: @escaping (Instant) -> Void) {
    (gyroBiasRadS, accelBiasMS2) = (.zero, .zero)
    random = SeededGenerator(seed: 0)
    self.onDataReady = onDataReady
    reset()
  }

  private func reset() {
    for i in registers.indices { registers[i] = 0 }
    registers[Int(Register.power)] = 0x40  // asleep
    registers[Int(Register.whoAmI)] = 0x68
    (fifoHead, fifoUsed) = (0, 0)
  }

  private var isAwake: Bool { registers[Int(Register.power)] & 0x40 == 0 }
  private var lowPass: Int { Int(registers[Int(Register.config)] & 7) }

  /// Time between samples (RM section 4.2): 8 kHz without filter, 1 kHz with, divided.
  package var samplePeriod: Interval {
    let base: Int64 = lowPass == 0 || lowPass == 7 ? 125_000 : 1_000_000
    return Interval(nanoseconds: base * Int64(1 + Int(registers[Int(Register.sampleRateDivider)])))
  }

  package func settle(in motion: Motion) {
    (filteredRate, filteredForce) = (motion.angularRateRadS, motion.specificForceMS2)
  }

  package func feel(_ motion: Motion, dtS: Double, now: Instant) {
    guard isAwake, fault != .off else { return }
    let blend = min(1, dtS * 2 * Double.pi * Self.bandwidthHz[lowPass])
    filteredRate += blend * (motion.angularRateRadS - filteredRate)
    filteredForce += blend * (motion.specificForceMS2 - filteredForce)
    guard now >= nextSampleAt else { return }
    nextSampleAt = now + samplePeriod
    if fault == .stuck {
      ready(now)
    } else {
      // PS section 6: 0.005 deg/s/sqrt(Hz) and 400 ug/sqrt(Hz), noise bandwidth pi/2 of the corner.
      let root = (Self.bandwidthHz[lowPass] * .pi / 2).squareRoot()
      sample(
        Motion(
          angularRateRadS: filteredRate + gyroBiasRadS + noise(0.005 * .pi / 180 * root),
          specificForceMS2: filteredForce + accelBiasMS2
            + noise(400e-6 * standardGravityMS2 * root)),
        at: now)
    }
  }

  /// Latches one measurement into the data registers and the FIFO, and raises the interrupt; a chip
  /// that sleeps measures nothing.
  package func sample(_ measured: Motion, at now: Instant) {
    guard isAwake, fault != .off else { return }
    let gyroRange = Double(250 << Int(registers[Int(Register.gyroConfig)] >> 3 & 3)) * .pi / 180
    let accelRange =
      Double(2 << Int(registers[Int(Register.accelConfig)] >> 3 & 3)) * standardGravityMS2
    var isClipped = false
    for axis in 0..<3 {
      let force = latch(
        measured.specificForceMS2[axis] / accelRange, at: Int(Register.data) + 2 * axis)
      let rate = latch(
        measured.angularRateRadS[axis] / gyroRange, at: Int(Register.data) + 8 + 2 * axis)
      isClipped = isClipped || force || rate
    }
    if isClipped { saturatedSamples += 1 }
    let celsius = Int16((25 - 36.53) * 340)  // RM section 4.18
    store(celsius, at: Int(Register.data) + 6)
    ready(now)
  }

  private func ready(_ now: Instant) {
    if registers[Int(Register.userControl)] & 0x40 != 0 { pushFifo() }
    registers[Int(Register.interruptStatus)] |= 0x01
    if registers[Int(Register.interruptEnable)] & 0x01 != 0 { onDataReady(now) }
  }

  /// True when the number had to be clipped.
  private func latch(_ fraction: Double, at register: Int) -> Bool {
    let counts = (fraction * 32768).rounded()
    store(counts.isFinite ? Int16(max(-32768, min(32767, counts))) : 0, at: register)
    return !(counts >= -32768 && counts <= 32767)
  }

  private func store(_ value: Int16, at register: Int) {
    registers[register] = UInt8(truncatingIfNeeded: value >> 8)
    registers[register + 1] = UInt8(truncatingIfNeeded: value)
  }

  /// One FIFO record: the enabled sensors in register order (RM section 4.9).
  private func pushFifo() {
    let enabled = registers[Int(Register.fifoEnable)]
    if enabled & 0x08 != 0 { for i in 0..<6 { push(registers[Int(Register.data) + i]) } }
    if enabled & 0x80 != 0 { for i in 6..<8 { push(registers[Int(Register.data) + i]) } }
    for (axis, bit) in [UInt8(0x40), 0x20, 0x10].enumerated() where enabled & bit != 0 {
      for i in 0..<2 { push(registers[Int(Register.data) + 8 + 2 * axis + i]) }
    }
  }

  private func push(_ byte: UInt8) {
    if fifoUsed == Self.fifoCapacity {  // the oldest byte goes, FIFO_OFLOW_INT
      fifoHead = (fifoHead + 1) % Self.fifoCapacity
      fifoUsed -= 1
      registers[Int(Register.interruptStatus)] |= 0x10
    }
    fifo[(fifoHead + fifoUsed) % Self.fifoCapacity] = byte
    fifoUsed += 1
  }

  private func noise(_ deviation: Double) -> Vector3 {
    deviation * Vector3(random.normal(), random.normal(), random.normal())
  }

  package func write(_ value: UInt8, to register: UInt8) {
    switch register {
    case Register.whoAmI, Register.interruptStatus, Register.data..<(Register.data + 14): return
    case Register.power where value & 0x80 != 0: reset()
    case Register.userControl:
      if value & 0x44 == 0x04 { (fifoHead, fifoUsed) = (0, 0) }  // RM 4.27: while FIFO_EN is 0
      registers[Int(register)] = value & ~0x07  // the reset bits clear themselves
    default: if register < 128 { registers[Int(register)] = value }
    }
  }

  package func read(_ register: UInt8) -> UInt8 {
    switch register {
    case Register.whoAmI where fault == .wrong: return 0x70
    case Register.data..<(Register.data + 14) where fault == .garbage:
      return UInt8(truncatingIfNeeded: random.next())
    case Register.interruptStatus:
      defer { registers[Int(register)] = 0 }
      return registers[Int(register)]
    case Register.fifoCount: return UInt8(fifoUsed >> 8)
    case Register.fifoCount + 1: return UInt8(fifoUsed & 0xFF)
    case Register.fifoData:
      guard fifoUsed > 0 else { return 0xFF }
      let byte = fifo[fifoHead]
      fifoHead = (fifoHead + 1) % Self.fifoCapacity
      fifoUsed -= 1
      return fault == .garbage ? UInt8(truncatingIfNeeded: random.next()) : byte
    default: return register < 128 ? registers[Int(register)] : 0
    }
  }

  package func next(after register: UInt8) -> UInt8 {
    register == Register.fifoData ? register : register &+ 1
  }
}
