// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// AKM AK8963, the magnetometer inside MPU-9250 and MPU-9255. Source: AK8963 datasheet
/// MS1356-E-02, section numbers below.
///
/// | register | number | what we use |
/// |---|---|---|
/// | WIA | 0x00 | 0x48 (8.3.1) |
/// | ST1 | 0x02 | bit 0: a new measurement (8.3.3) |
/// | HXL to HZH | 0x03 | x, y, z, low byte first (8.3.4) |
/// | ST2 | 0x09 | bit 3: overflow; reading it lets the next measurement in (8.3.5) |
/// | CNTL1 | 0x0A | 0 off, 0x0F fuse ROM, 0x16 = 100 Hz, 16 bits of 0.15 uT (8.3.6) |
/// | CNTL2 | 0x0B | bit 0: reset (8.3.7) |
/// | ASAX to ASAZ | 0x10 | sensitivity adjustment, from the fuse ROM (8.3.11) |
struct AK8963 {
  static let traits = InertialTraits.Magnetometer(name: "AK8963", address: 0x0C)
  static let scaleT = 0.15e-6
  /// 9.3: between two modes.
  static let modeChange = Interval(nanoseconds: 100_000)

  private let chip: RegisterChip
  private var scaleT = Vector3.zero

  init(bus: any I2CBus) {
    chip = RegisterChip(
      name: Self.traits.name, device: I2CDevice(bus: bus, address: Self.traits.address))
  }

  mutating func start(clock: any Clock) throws(DeviceError) {
    try chip.requireIdentity(0x48, at: 0x00, others: [:])
    try set(0x01, 0x0B, clock)
    try set(0x0F, 0x0A, clock)
    let adjust = (try chip.read(0x10), try chip.read(0x11), try chip.read(0x12))
    try set(0x00, 0x0A, clock)
    try chip.writeChecked(0x16, to: 0x0A)
    // 8.3.11: H x ((ASA - 128) x 0.5 / 128 + 1)
    func scale(_ asa: UInt8) -> Double { Self.scaleT * ((Double(asa) - 128) * 0.5 / 128 + 1) }
    scaleT = Vector3(scale(adjust.0), scale(adjust.1), scale(adjust.2))
  }

  private func set(_ value: UInt8, _ register: UInt8, _ clock: any Clock) throws(DeviceError) {
    try chip.write(value, to: register)
    clock.sleep(until: clock.now + Self.modeChange)
  }

  /// Along its own axes; nil when nothing new is there or the field was too strong.
  func fieldT() throws(DeviceError) -> Vector3? {
    let all = try chip.readEight(0x02)
    guard all[0] & 0x01 != 0, all[7] & 0x08 == 0 else { return nil }
    func axis(_ at: Int) -> Double {
      Double(Int16(bitPattern: UInt16(all[at + 1]) << 8 | UInt16(all[at])))
    }
    return Vector3(scaleT.x * axis(1), scaleT.y * axis(3), scaleT.z * axis(5))
  }
}
