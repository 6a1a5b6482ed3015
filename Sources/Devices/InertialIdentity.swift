// SPDX-License-Identifier: Apache-2.0

/// What the IMUs of the market answer when asked who they are, those without a driver too.
///
/// One value means different chips in different registers: 0x70 in 0x75 is an MPU-6500, in 0x0F an
/// LSM6DSV16X. Sources: each chip's datasheet; the MPU clones as their users report them.
package enum InertialIdentity {
  package static let known: [(register: UInt8, value: UInt8, name: String)] = [
    (0x75, 0x68, "MPU-6050"), (0x75, 0x70, "MPU-6500"), (0x75, 0x71, "MPU-9250"),
    (0x75, 0x72, "MPU-6050 clone"), (0x75, 0x73, "MPU-9255"), (0x75, 0x74, "MPU-6515"),
    (0x75, 0x75, "MPU-6515 clone"), (0x75, 0x12, "ICM-20602"), (0x75, 0x98, "ICM-20689"),
    (0x75, 0x42, "ICM-42605"), (0x75, 0x47, "ICM-42688-P"),
    (0x00, 0xEA, "ICM-20948"), (0x00, 0x24, "BMI270"), (0x00, 0xD1, "BMI160"),
    (0x00, 0xA0, "BNO055"),
    (0x0F, 0x69, "LSM6DS3"), (0x0F, 0x6A, "LSM6DSL"), (0x0F, 0x6B, "LSM6DSR"),
    (0x0F, 0x6C, "LSM6DSOX"), (0x0F, 0x70, "LSM6DSV16X")
  ]

  /// The chip that says `value` in `register`.
  package static func name(register: UInt8, value: UInt8) -> String? {
    known.first { $0.register == register && $0.value == value }?.name
  }

  /// The registers that tell, in the order to ask.
  static let registers: [UInt8] = [0x75, 0x00, 0x0F]
}

extension RegisterChip {
  /// Throws: `DeviceError.wrongIdentity` unless the chip is the one of `traits`; it says which chip
  /// sits there instead, by the other chips' registers too when this one's says nothing known.
  func requireIdentity(_ traits: InertialTraits) throws(DeviceError) {
    let found = try read(traits.identityRegister)
    guard found != traits.identity else { return }
    var looksLike = InertialIdentity.name(register: traits.identityRegister, value: found)
    for register in InertialIdentity.registers
    where looksLike == nil && register != traits.identityRegister {
      looksLike = InertialIdentity.name(register: register, value: try read(register))
    }
    throw .wrongIdentity(
      chip: name, bus: device.bus.name, address: device.address,
      register: traits.identityRegister, expected: traits.identity, found: found,
      looksLike: looksLike)
  }
}
