// SPDX-License-Identifier: Apache-2.0

/// The steps that bring a VL53L5CX from reset to running firmware. Source: ST ULD 1.1.2,
/// `vl53l5cx_init`, whose comments are kept; the registers have no public description.
enum VL53L5CXBoot {
  enum Step {
    case write(UInt16, UInt8)
    case read(UInt16)
    case waitMs(Int64)
    /// Until the register, masked, has the value; two seconds at most.
    case poll(UInt16, mask: UInt8, value: UInt8, waitingFor: String)
  }

  private static func writes(_ pairs: [(UInt16, UInt8)]) -> [Step] {
    pairs.map { .write($0.0, $0.1) }
  }

  private static let powerOn = writes([
    (0x0101, 0x00), (0x0102, 0x00), (0x010A, 0x01), (0x4002, 0x01), (0x4002, 0x00),
    (0x010A, 0x03), (0x0103, 0x01)
  ])

  private static let firmwareAccess: [Step] =
    writes([(0x0003, 0x0D), (0x7FFF, 0x01)]) + [
      .poll(0x0021, mask: 0x10, value: 0x10, waitingFor: "access to its firmware memory"),
      .write(0x7FFF, 0x00), .write(0x000C, 0x01)
    ]

  static let beforeUpload: [Step] =
    // Software reboot.
    writes([(0x7FFF, 0x00), (0x0009, 0x04), (0x000F, 0x40), (0x000A, 0x03)])
    + [.read(0x7FFF), .write(0x000C, 0x01)] + powerOn
    + writes([(0x000C, 0x00), (0x000F, 0x43)]) + [.waitMs(1)]
    + writes([(0x000F, 0x40), (0x000A, 0x01)]) + [.waitMs(100)]
    // Wait for it to boot.
    + [
      .write(0x7FFF, 0x00),
      .poll(0x0006, mask: 0xFF, value: 0x01, waitingFor: "boot"),
      .write(0x000E, 0x01), .write(0x7FFF, 0x02)
    ]
    // Firmware access, host access to GO1, power on.
    + firmwareAccess + [.write(0x7FFF, 0x00)] + powerOn
    + writes([
      (0x400F, 0x00), (0x021A, 0x43), (0x021A, 0x03), (0x021A, 0x01), (0x021A, 0x00),
      (0x0219, 0x00), (0x021B, 0x00)
    ])
    // Wake the processor.
    + writes([(0x7FFF, 0x00), (0x000C, 0x00), (0x7FFF, 0x01), (0x0020, 0x07), (0x0020, 0x06)])

  static let afterUpload: [Step] =
    // Did the firmware arrive?
    [.write(0x7FFF, 0x02)] + firmwareAccess
    // Reset the processor and wait for it.
    + writes([
      (0x7FFF, 0x00), (0x0114, 0x00), (0x0115, 0x00), (0x0116, 0x42), (0x0117, 0x00),
      (0x000B, 0x00), (0x000C, 0x00), (0x000B, 0x01)
    ])
    + [
      .poll(0x0006, mask: 0xFF, value: 0x00, waitingFor: "start of its firmware"),
      .write(0x7FFF, 0x02)
    ]
}
