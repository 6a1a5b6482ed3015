// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// Texas Instruments INA219, current and power through a shunt. Source: SBOS448G, section numbers
/// below. Registers of 16 bits, the high byte first.
///
/// | register | number | what we use |
/// |---|---|---|
/// | configuration | 0x00 | 15 reset; 13 bus 16/32 V; 12:11 shunt 40...320 mV; |
/// | | | 10:7, 6:3 averages; 2:0 = 7 continuous; 0x399F after reset (8.6.2) |
/// | shunt voltage | 0x01 | 10 uV, signed, clipped at the range (8.6.3.1) |
/// | bus voltage | 0x02 | 15:3 4 mV; 0 overflow; |
/// | | | 1 conversion ready, cleared by reading power (8.6.3.2) |
/// | power | 0x03 | 20 current steps times 1 V (8.6.3.3) |
/// | current | 0x04 | shunt x calibration / 4096 (8.6.3.4) |
/// | calibration | 0x05 | trunc(0.04096 / (step x ohm)), bit 0 is always 0 (8.5.1) |
///
/// There is no identity register. What holds a configuration in continuous mode at first, then
/// takes a reset to 0x399F and then keeps its calibration, is an INA219; nothing is written before
/// the first of these holds, because a PCA9685 may sit at the same address.
final class INA219: PowerMonitor {
  static let traits = PowerTraits(
    name: "INA219", addresses: Array(0x40...0x4F), identity: nil, measuresCurrent: true,
    maxShuntV: 0.32, maxVoltageV: 26, averages: [1, 2, 4, 8, 16, 32, 64, 128])
  /// One 12-bit conversion, and there are two (7.5).
  private static let conversionS = 0.532e-3

  let name = traits.name
  private let chip: RegisterChip
  private let configuration: UInt16
  private let calibration: UInt16
  private let stepA: Double
  private let shuntLimit: Int
  private let busLimit: Int
  private let patienceS: Double
  private var clock: (any Clock)?
  private var lastAt = Instant.zero

  /// - Throws: `DeviceError.unsupported` when the chip cannot be set up so.
  init(device: I2CDevice, settings: ShuntSettings) throws(DeviceError) {
    try Self.traits.check(settings)
    chip = RegisterChip(name: Self.traits.name, device: device)
    stepA = PowerTraits.currentStepA(settings.maxCurrentA)
    let value = (0.04096 / (stepA * settings.shuntOhm) + 1e-6).rounded(.down)
    guard value >= 2, value <= 65534 else {
      throw Self.traits.refusal(
        "shunt", "\(settings.shuntOhm) ohm for \(settings.maxCurrentA) A",
        "a calibration of 2 to 65534, not \(value)")
    }
    calibration = UInt16(value) & 0xFFFE
    let gain = Self.gain(dropV: settings.shuntOhm * settings.maxCurrentA)
    shuntLimit = 4000 << gain
    let isWide = settings.maxVoltageV > 16
    busLimit = isWide ? 8000 : 4000
    let exponent = settings.averages.trailingZeroBitCount
    let average: UInt16 = exponent == 0 ? 0x3 : 0x8 + UInt16(exponent)
    configuration =
      (isWide ? 0x2000 : 0) | UInt16(gain) << 11 | average << 7 | average << 3 | 0x7
    patienceS = 0.1 + 10 * Self.conversionS * Double(settings.averages)
  }

  /// The shunt range, 40 mV doubled this often (table 4).
  private static func gain(dropV: Double) -> Int {
    (0...3).first { dropV <= 0.04 * Double(1 << $0) * 1.000_001 } ?? 3
  }

  func start(clock: any Clock) throws(DeviceError) {
    let found = try chip.readBigEndian(0x00)
    guard found & 0xC007 == 0x0007 else {
      throw chip.wrongWord(
        0x399F, at: 0x00, found: found, looksLike: Self.likeness(found))
    }
    try chip.writeBigEndian(0x8000, to: 0x00)
    try chip.requireWord(0x399F, at: 0x00, others: [:])
    try chip.writeCheckedBigEndian(configuration, to: 0x00)
    try chip.writeCheckedBigEndian(calibration, to: 0x05)
    self.clock = clock
    lastAt = clock.now
  }

  /// What else is known to sit here, by the reset value of its register 0.
  private static func likeness(_ found: UInt16) -> String? {
    switch found {
    case 0x4127: "INA226"
    case 0x7127: "INA3221"
    case 0x1104, 0x2004: "PCA9685"
    default: nil
    }
  }

  func latest() throws(DeviceError) -> PowerReading? {
    guard let clock else { preconditionFailure("start before latest") }
    let now = clock.now
    let bus = try chip.readBigEndian(0x02)
    guard bus & 0x02 != 0 else {
      let waitedS = (now - lastAt).seconds
      if waitedS > patienceS { throw chip.notReady("conversion", afterS: waitedS) }
      return nil
    }
    lastAt = now
    let shunt = Int(Int16(bitPattern: try chip.readBigEndian(0x01)))
    let current = Double(Int16(bitPattern: try chip.readBigEndian(0x04))) * stepA
    let power = Double(try chip.readBigEndian(0x03)) * 20 * stepA
    guard try chip.readBigEndian(0x05) == calibration else {
      throw chip.badData("it lost its calibration: its supply dipped")
    }
    let isWithin = bus & 0x01 == 0 && abs(shunt) < shuntLimit
    let counts = Int(bus >> 3)
    let volts = counts < busLimit ? Double(counts) * 0.004 : nil
    return PowerReading(
      at: now, busVoltageV: volts, currentA: isWithin ? current : nil,
      powerW: isWithin ? volts.map { current < 0 ? $0 * current : power } : nil)
  }
}
