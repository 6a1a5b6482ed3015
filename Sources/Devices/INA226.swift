// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// Texas Instruments INA226, current and power through a shunt. Source: SBOS547B, section numbers
/// below. Registers of 16 bits, the high byte first.
///
/// | register | number | what we use |
/// |---|---|---|
/// | configuration | 0x00 | 15 reset; 14:12 = 4; 11:9 averages; 8:6 and 5:3 = 4, 1.1 ms; |
/// | | | 2:0 = 7 continuous (7.1) |
/// | shunt voltage | 0x01 | 2.5 uV, signed |
/// | bus voltage | 0x02 | 1.25 mV |
/// | power | 0x03 | 25 current steps times 1 V |
/// | current | 0x04 | shunt x calibration / 2048 |
/// | calibration | 0x05 | trunc(0.00512 / (step x ohm)), 15 bits (6.5.1) |
/// | mask/enable | 0x06 | 3 conversion ready, cleared by reading; 2 overflow |
/// | manufacturer, die | 0xFE, 0xFF | 0x5449, 0x2260 |
final class INA226: PowerMonitor {
  static let traits = PowerTraits(
    name: "INA226", addresses: Array(0x40...0x4F),
    identity: ChipIdentity(register: 0xFF, registerBytes: 1, value: 0x2260, valueBytes: 2),
    measuresCurrent: true, maxShuntV: 0.08192, maxVoltageV: 36,
    averages: [1, 4, 16, 64, 128, 256, 512, 1024])
  /// One conversion as configured, and there are two.
  private static let conversionS = 1.1e-3

  let name = traits.name
  private let chip: RegisterChip
  private let configuration: UInt16
  private let calibration: UInt16
  private let stepA: Double
  private let patienceS: Double
  private var clock: (any Clock)?
  private var lastAt = Instant.zero

  /// - Throws: `DeviceError.unsupported` when the chip cannot be set up so.
  init(device: I2CDevice, settings: ShuntSettings) throws(DeviceError) {
    try Self.traits.check(settings)
    chip = RegisterChip(name: Self.traits.name, device: device)
    stepA = PowerTraits.currentStepA(settings.maxCurrentA)
    let value = (0.00512 / (stepA * settings.shuntOhm) + 1e-6).rounded(.down)
    guard value >= 1, value <= 32767 else {
      throw Self.traits.refusal(
        "shunt", "\(settings.shuntOhm) ohm for \(settings.maxCurrentA) A",
        "a calibration of 1 to 32767, not \(value)")
    }
    calibration = UInt16(value)
    let select = Self.traits.averages.firstIndex(of: settings.averages) ?? 0
    configuration = 0x4127 | UInt16(select) << 9
    patienceS = 0.1 + 10 * Self.conversionS * Double(settings.averages)
  }

  func start(clock: any Clock) throws(DeviceError) {
    try chip.requireWord(0x5449, at: 0xFE, others: [:])
    try chip.requireWord(0x2260, at: 0xFF, others: [0x3220: "INA3221"])
    try chip.writeBigEndian(0x8000, to: 0x00)
    try chip.writeCheckedBigEndian(configuration, to: 0x00)
    try chip.writeCheckedBigEndian(calibration, to: 0x05)
    self.clock = clock
    lastAt = clock.now
  }

  func latest() throws(DeviceError) -> PowerReading? {
    guard let clock else { preconditionFailure("start before latest") }
    let now = clock.now
    let flags = try chip.readBigEndian(0x06)
    guard flags & 0x08 != 0 else {
      let waitedS = (now - lastAt).seconds
      if waitedS > patienceS { throw chip.notReady("conversion", afterS: waitedS) }
      return nil
    }
    lastAt = now
    let shunt = try chip.readBigEndian(0x01)
    let bus = try chip.readBigEndian(0x02)
    let power = Double(try chip.readBigEndian(0x03)) * 25 * stepA
    let current = Double(Int16(bitPattern: try chip.readBigEndian(0x04))) * stepA
    guard try chip.readBigEndian(0x05) == calibration else {
      throw chip.badData("it lost its calibration: its supply dipped")
    }
    let isWithin = flags & 0x04 == 0 && shunt != 0x7FFF && shunt != 0x8000
    let volts = bus < 0x7FFF ? Double(bus) * 0.00125 : nil
    return PowerReading(
      at: now, busVoltageV: volts, currentA: isWithin ? current : nil,
      powerW: isWithin ? volts.map { current < 0 ? $0 * current : power } : nil)
  }
}
