// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// AKM AK09916, the magnetometer inside the ICM-20948. Source: ICM-20948 datasheet DS-000189 rev
/// 1.3, sections 12 and 13.
///
/// | register | number | what we use |
/// |---|---|---|
/// | WIA2 | 0x01 | 0x09 (13.1) |
/// | ST1 | 0x10 | bit 0: a new measurement (13.2) |
/// | HXL to HZH | 0x11 | x, y, z, low byte first, 0.15 uT (13.3) |
/// | ST2 | 0x18 | bit 3: overflow; reading it lets the next measurement in (13.4) |
/// | CNTL2 | 0x31 | 0x08 = 100 Hz (13.5) |
/// | CNTL3 | 0x32 | bit 0: reset (13.6) |
struct AK09916 {
  static let traits = InertialTraits.Magnetometer(name: "AK09916", address: 0x0C)
  static let scaleT = 0.15e-6

  private let chip: RegisterChip

  init(bus: any I2CBus) {
    chip = RegisterChip(
      name: Self.traits.name, device: I2CDevice(bus: bus, address: Self.traits.address))
  }

  func start(clock: any Clock) throws(DeviceError) {
    try chip.requireIdentity(0x09, at: 0x01, others: [:])
    try chip.write(0x01, to: 0x32)
    clock.sleep(until: clock.now + Interval(nanoseconds: 100_000))  // 12.2: between two modes
    try chip.writeChecked(0x08, to: 0x31)
  }

  /// Along its own axes; nil when nothing new is there or the field was too strong.
  func fieldT() throws(DeviceError) -> Vector3? {
    guard try chip.read(0x10) & 0x01 != 0 else { return nil }
    let all = try chip.readEight(0x11)
    guard all[7] & 0x08 == 0 else { return nil }
    func axis(_ at: Int) -> Double {
      Self.scaleT * Double(Int16(bitPattern: UInt16(all[at + 1]) << 8 | UInt16(all[at])))
    }
    return Vector3(axis(0), axis(2), axis(4))
  }
}
