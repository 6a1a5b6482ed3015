// SPDX-License-Identifier: Apache-2.0
import Quantities

/// The BNO055 at register level, made from Bosch BST-BNO055-DS000-18: identity, pages, operating
/// modes, reset with its long silence, ranges, bandwidths, raw data registers.
package final class FakeBNO055: FakeIMU {
  // Register numbers (section 4.2), those from 0x100 on page 1.
  private enum Register {
    static let chipID = 0x00, page = 0x07, data = 0x08, temperature = 0x34, selfTest = 0x36
    static let mode = 0x3D, trigger = 0x3F, accelConfig = 0x108, gyroConfig = 0x10A
  }
  /// Table 0-2: from reset to an answer.
  private static let bootTime = Interval(nanoseconds: 650_000_000)
  /// Gyro bandwidth by GYR_CONFIG_0 (4.4.4), Hz.
  private static let bandwidthHz = [523.0, 230, 116, 47, 23, 12, 64, 32]
  /// Table 0-1: +-1 deg/s, 0.014 deg/s/rtHz; +-80 mg, 150 ug/rtHz.
  private static let sheet = SensingElement.Characteristics(
    name: "BNO055", gyroBiasDegS: 1, accelBiasG: Vector3(0.08, 0.08, 0.08), gyroNoiseDegS: 0.014,
    accelNoiseG: 150e-6)

  package var fault = Fault.ok
  package var pointer: UInt8 = 0
  package var element: SensingElement

  private var registers = [UInt8](repeating: 0, count: 256)
  private var isBooting = false
  private var answersAt: Instant?
  private var field = Vector3.zero

  /// Without a seed it has no bias and no noise.
  package init(seed: UInt64? = nil) {
    element = SensingElement(Self.sheet, seed: seed)
    reset()
  }

  private func reset() {
    element.forget()
    for i in registers.indices { registers[i] = 0 }
    registers[Register.temperature] = 25
    registers[Register.selfTest] = 0x0F
    // 4.4: 4 g at 62.5 Hz; 2000 deg/s at 32 Hz.
    (registers[Self.at(Register.accelConfig)], registers[Self.at(Register.gyroConfig)]) =
      (0x0D, 0x38)
  }

  /// 128 registers a page, behind each other.
  private static func at(_ register: Int) -> Int { register & 0x7F | (register & 0x100) >> 1 }

  package var isAnswering: Bool { fault != .off && !isBooting }

  /// 3.3: AMG, both and the magnetometer raw.
  package var isMeasuring: Bool { registers[Register.mode] & 0x0F == 0x07 && !isBooting }
  /// Table 3-14: the data registers follow at 100 Hz.
  package var samplePeriod: Interval { Interval(nanoseconds: 10_000_000) }
  package var bandwidthHz: Double {
    Self.bandwidthHz[Int(registers[Self.at(Register.gyroConfig)] >> 3 & 7)]
  }
  /// 3.6.4: whatever the range, 16 counts for 1 deg/s and 100 for 1 m/s2.
  package let scale: (perRadS: Double, perMS2: Double) = (16 * 180 / .pi, 100)

  package func feel(_ motion: Motion, dtS: Double, now: Instant) {
    if isBooting {
      let until = answersAt ?? now + Self.bootTime + Interval(seconds: -dtS)
      answersAt = until
      if now >= until { (isBooting, answersAt) = (false, nil) }
    }
    field = motion.magneticT
    feelElement(motion, dtS: dtS, now: now)
  }

  package func latch(at now: Instant) {
    let counts = clipped(element.counts)
    var compass = SIMD3<Int16>.zero
    for axis in 0..<3 {
      // 3.6.4: 16 counts for 1 uT; table 0-1: +-1300 uT, z +-2500 uT.
      compass[axis] = Int16(max(-32768, min(32767, (field[axis] * 16e6).rounded())))
    }
    let all = littleEndian(counts.accel) + littleEndian(compass) + littleEndian(counts.gyro)
    for (i, byte) in all.enumerated() { registers[Register.data + i] = byte }
  }

  /// The ranges end where they were set to (4.4.2, 4.4.4).
  private func clipped(_ counts: InertialCounts) -> InertialCounts {
    let gyroEnd = Int16(32000 >> Int(registers[Self.at(Register.gyroConfig)] & 7))
    let range = Double(2 << Int(registers[Self.at(Register.accelConfig)] & 3))
    let accelEnd = Int16(range * standardGravityMS2 * 100)
    func clip(_ v: SIMD3<Int16>, _ end: Int16) -> SIMD3<Int16> {
      v.clamped(lowerBound: SIMD3(repeating: -end), upperBound: SIMD3(repeating: end))
    }
    return InertialCounts(
      accel: clip(counts.accel, accelEnd), gyro: clip(counts.gyro, gyroEnd))
  }

  private var isPage1: Bool { registers[Register.page] & 1 != 0 }

  package func write(_ value: UInt8, to register: UInt8) {
    let number = Int(register & 0x7F)
    switch number {
    case Register.page: registers[Register.page] = value & 1
    case _ where isPage1:
      // 3.3.1: settings are open in configuration mode only.
      if registers[Register.mode] & 0x0F == 0 { registers[128 + number] = value }
    case Register.chipID...0x3A: return
    case Register.trigger where value & 0x20 != 0:
      reset()
      isBooting = true
    default: registers[number] = value
    }
  }

  package func read(_ register: UInt8) -> UInt8 {
    let number = Int(register & 0x7F)
    if number == Register.page { return registers[Register.page] }
    if isPage1 { return registers[128 + number] }
    return number == Register.chipID ? (fault == .wrong ? 0x24 : 0xA0) : registers[number]
  }

  package func next(after register: UInt8) -> UInt8 { register &+ 1 }
}
