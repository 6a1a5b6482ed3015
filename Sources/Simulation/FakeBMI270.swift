// SPDX-License-Identifier: Apache-2.0
import Quantities

/// The BMI270 at register level, made from Bosch BST-BMI270-DS000-05: identity, upload of the
/// configuration, ranges, rates, filter, data registers, FIFO without headers, data-ready line, the
/// gyro's cross-axis error.
package final class FakeBMI270: FakeIMU {
  // Register numbers (section 5.1).
  private enum Register {
    static let chipID = 0x00, data = 0x0C, internalStatus = 0x21, temperature = 0x22
    static let fifoLength = 0x24, fifoData = 0x26, featurePage = 0x2F, crossAxis = 0x3C
    static let accelConfig = 0x40, accelRange = 0x41, gyroConfig = 0x42, gyroRange = 0x43
    static let fifoConfig1 = 0x49, pin1 = 0x53, mapData = 0x58, initControl = 0x59
    static let initAddress = 0x5B, initData = 0x5E, powerConfig = 0x7C, powerControl = 0x7D
    static let command = 0x7E
  }
  package static let configBytes = 8192
  /// Table 2: +-20 mg, 160 ug/rtHz; table 3: +-0.5 deg/s, 0.007 deg/s/rtHz.
  private static let sheet = SensingElement.Characteristics(
    name: "BMI270", gyroBiasDegS: 0.5, accelBiasG: Vector3(0.02, 0.02, 0.02),
    gyroNoiseDegS: 0.007, accelNoiseG: 160e-6)

  package var fault = Fault.ok
  package var pointer: UInt8 = 0
  package var element: SensingElement
  /// GYR_CAS: how much of z the gyro's x feels, in 1/512 (4.5).
  package let crossAxis: Int8

  private var registers = [UInt8](repeating: 0, count: 128)
  private var config = [UInt8?](repeating: nil, count: configBytes)
  /// Bytes since INIT_ADDR was written.
  private var uploaded = 0
  private var fifo = ByteFifo(capacity: 2048)
  private let onDataReady: (Instant) -> Void

  /// Without a seed it has no bias, no noise and no cross-axis error.
  package init(seed: UInt64? = nil, onDataReady: @escaping (Instant) -> Void) {
    self.onDataReady = onDataReady
    element = SensingElement(Self.sheet, seed: seed)
    var random = SeededGenerator(seed: seed ?? 0, stream: "BMI270 cross axis")
    crossAxis = seed == nil ? 0 : Int8(random.next() % 41) - 20
    reset()
  }

  private func reset() {
    element.forget()
    for i in registers.indices { registers[i] = 0 }
    // Section 5.1: what is not 0 after a reset.
    (registers[Register.accelConfig], registers[Register.accelRange]) = (0xA8, 0x02)
    registers[Register.gyroConfig] = 0xA9
    (registers[0x48], registers[Register.fifoConfig1]) = (0x02, 0x10)
    registers[Register.powerConfig] = 0x03
    for i in config.indices { config[i] = nil }
    fifo.removeAll()
  }

  private var isConfigured: Bool { registers[Register.internalStatus] & 0x0F == 1 }

  /// 4.4: nothing without the configuration; then both sensors switched on.
  package var isMeasuring: Bool {
    isConfigured && registers[Register.powerControl] & 0x06 == 0x06
  }
  /// 5.2.40: 100 Hz at 8, doubled with each step.
  private var rateHz: Double {
    let bits = Int(registers[Register.gyroConfig] & 0x0F)
    return bits >= 8 ? 100 * Double(1 << (bits - 8)) : 100 / Double(1 << (8 - bits))
  }
  package var samplePeriod: Interval { Interval(seconds: 1 / rateHz) }
  /// Page 2 and 4.5: nominally 0.44 of the rate, half with OSR2, a quarter with OSR4.
  package var bandwidthHz: Double {
    rateHz * 0.44 / [4, 2, 1, 1][Int(registers[Register.gyroConfig] >> 4 & 3)]
  }

  package var scale: (perRadS: Double, perMS2: Double) {
    let gyro = Int(registers[Register.gyroRange] & 7)
    let accel = Int(registers[Register.accelRange] & 3)
    return (perRadS(fullScaleDegS: Double(2000 >> gyro)), perMS2(fullScaleG: Double(2 << accel)))
  }

  package func latch(at now: Instant) {
    var gyro = element.counts.gyro
    let leaked = Int(gyro.x) + (Int(crossAxis) * Int(gyro.z)) / 512
    gyro.x = Int16(max(-32768, min(32767, leaked)))
    let (accel, rate) = (littleEndian(element.counts.accel), littleEndian(gyro))
    for i in 0..<6 {
      registers[Register.data + i] = accel[i]
      registers[Register.data + 6 + i] = rate[i]
    }
    // 4.7.2: without headers, gyro first; other settings put nothing in.
    if registers[Register.fifoConfig1] & 0xF0 == 0xC0 { fifo.push(record: rate + accel) }
    // 5.2.56: an output, active high.
    if registers[Register.mapData] & 0x04 != 0, registers[Register.pin1] & 0x0A == 0x0A {
      onDataReady(now)
    }
  }

  /// 4.4: the configuration is complete and begins as Bosch's does.
  private func takeConfig() {
    let isWhole = config.allSatisfy { $0 != nil } && config[0] == 0xC8 && config[1] == 0x2E
    registers[Register.internalStatus] = isWhole ? 0x01 : 0x02
  }

  private var configAt: Int {
    let low = Int(registers[Register.initAddress] & 0x0F)
    return 2 * (Int(registers[Register.initAddress + 1]) << 4 | low)
  }

  package func write(_ value: UInt8, to register: UInt8) {
    switch Int(register) {
    case Register.chipID..<Register.featurePage, Register.crossAxis: return
    case Register.initControl:
      registers[Register.initControl] = value
      if value & 0x01 != 0 { takeConfig() }
    case Register.initAddress, Register.initAddress + 1:
      registers[Int(register)] = value
      uploaded = 0
    case Register.initData:
      // 4.4: only while the chip is awake and waits for it.
      let at = configAt + uploaded
      guard registers[Register.powerConfig] & 0x01 == 0, registers[Register.initControl] == 0,
        at < Self.configBytes
      else { return }
      config[at] = value
      uploaded += 1
    case Register.command:
      if value == 0xB6 { reset() }
      if value == 0xB0 { fifo.removeAll() }
    case let at: if at < 128 { registers[at] = value }
    }
  }

  package func read(_ register: UInt8) -> UInt8 {
    switch Int(register) {
    case Register.chipID: return fault == .wrong ? 0xD1 : 0x24
    case Register.fifoLength: return UInt8(fifo.count & 0xFF)
    case Register.fifoLength + 1: return UInt8(fifo.count >> 8)
    case Register.fifoData: return fifo.pop() ?? 0x80
    case Register.crossAxis where registers[Register.featurePage] == 0:
      return UInt8(bitPattern: crossAxis) & 0x7F
    case let at: return at < 128 ? registers[at] : 0  // temperature 0: 23 degrees Celsius
    }
  }

  package func next(after register: UInt8) -> UInt8 {
    switch Int(register) {
    case Register.fifoData, Register.initData: register
    default: register &+ 1
    }
  }
}
