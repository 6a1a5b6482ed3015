// SPDX-License-Identifier: Apache-2.0
import Devices

extension IMUCase {
  private static func mpu(
    _ chip: InertialChip, _ identity: UInt8, other: (value: UInt8, name: String),
    filterHz: Double, start middle: [String], checked: [UInt8], fifoBytes: Int,
    temperature: (register: UInt8, bytes: (UInt8, UInt8), celsius: Double)
  ) -> IMUCase {
    IMUCase(
      chip: chip, address: 0x68, settings: settings(500, filterHz), identityRegister: 0x75,
      identity: identity, other: other,
      start: [
        "75>\(twoDigits(identity))", "6B<80", "6B<01", "1A<03", "1A>03", "19<01", "19>01",
        "1B<08", "1B>08", "1C<08", "1C>08"
      ] + middle + ["23<78", "23>78", "6A<04", "6A<40", "38<01"],
      startMs: 100, checked: [0x1A, 0x19, 0x1B, 0x1C, 0x23] + checked, countRegister: 0x72,
      fifoRegister: 0x74, recordBytes: 12,
      count: { (UInt8(($0 * 12) >> 8), UInt8(($0 * 12) & 0xFF)) },
      full: ((UInt8(fifoBytes >> 8), UInt8(fifoBytes & 0xFF)), fifoBytes / 12),
      restart: ["6A<04", "6A<40"], record: { accel, gyro, _ in big(accel + gyro) },
      lsbPerG: 8192, lsbPerDegS: 65.5, temperature: temperature)
  }

  // RM-MPU-6000A 4.18: 36.53 at 0. PS-MPU-9250A 3.4.2: 21 at 0, 333.87 a kelvin.
  private static let later: (register: UInt8, bytes: (UInt8, UInt8), celsius: Double) = (
    0x41, (0x05, 0x38), 21 + 1336 / 333.87
  )
  // MS1356-E-02: reset, fuse ROM, adjustment, off, 100 Hz.
  private static let compass = [
    "37<02", "37>02", "0C:00>48", "0C:0B<01", "0C:0A<0F", "0C:10>80", "0C:11>80", "0C:12>80",
    "0C:0A<00", "0C:0A<16", "0C:0A>16"
  ]

  static let mpuFamily = [
    mpu(
      .mpu6050, 0x68, other: (0x70, "MPU-6500"), filterHz: 44, start: [], checked: [],
      fifoBytes: 1024, temperature: (0x41, (0xF0, 0xB0), -3920 / 340 + 36.53)),
    mpu(
      .mpu6500, 0x70, other: (0x68, "MPU-6050"), filterHz: 41, start: ["1D<03", "1D>03"],
      checked: [0x1D], fifoBytes: 512, temperature: later),
    mpu(
      .mpu9250, 0x71, other: (0x70, "MPU-6500"), filterHz: 41,
      start: ["1D<03", "1D>03"] + compass, checked: [0x1D, 0x37], fifoBytes: 512,
      temperature: later),
    mpu(
      .mpu9255, 0x73, other: (0x71, "MPU-9250"), filterHz: 41,
      start: ["1D<03", "1D>03"] + compass, checked: [0x1D, 0x37], fifoBytes: 512,
      temperature: later)
  ]

  /// DS-000189: 1125 Hz / 2, 500 deg/s and 51.2 Hz = 0x1B, 4 g = 0x1B.
  static let icm20948 = IMUCase(
    chip: .icm20948, address: 0x69, settings: settings(562.5, 51.2), identityRegister: 0x00,
    identity: 0xEA, other: (0x24, "BMI270"),
    start: [
      "00>EA", "06<80", "06<01", "7F<20", "00<01", "00>01", "01<1B", "01>1B", "09<01", "09>01",
      "10<00", "10>00", "11<01", "11>01", "14<1B", "14>1B", "7F<00", "0F<02", "0F>02",
      "0C:01>09", "0C:32<01", "0C:31<08", "0C:31>08", "67<1E", "67>1E", "03<40", "03>40",
      "68<1F", "68<00", "11<01"
    ],
    startMs: 100, checked: [0x01, 0x09, 0x10, 0x11, 0x14, 0x0F, 0x67, 0x03],
    countRegister: 0x70, fifoRegister: 0x72, recordBytes: 12,
    count: { (UInt8(($0 * 12) >> 8), UInt8(($0 * 12) & 0xFF)) }, full: ((0x02, 0x00), 42),
    restart: ["68<1F", "68<00"], record: { accel, gyro, _ in big(accel + gyro) },
    lsbPerG: 8192, lsbPerDegS: 65.5, temperature: (0x39, (0x05, 0x38), 21 + 1336 / 333.87))

  /// DS-000347: 500 deg/s and 4 g are 2 (0x40), 500 Hz is 15; 500 / 10 = 50 Hz is filter 4.
  static let icm42688p = IMUCase(
    chip: .icm42688p, address: 0x68, settings: settings(500, 50), identityRegister: 0x75,
    identity: 0x47, other: (0x42, "ICM-42605"),
    start: [
      "75>47", "11<01", "14<03", "14>03", "4F<4F", "4F>4F", "50<4F", "50>4F", "52<44", "52>44",
      "54<21", "54>21", "5F<0F", "5F>0F", "64<00", "64>00", "16<40", "16>40", "4E<0F", "4B<02",
      "65<08", "65>08"
    ],
    startMs: 1, checked: [0x14, 0x4F, 0x50, 0x52, 0x54, 0x5F, 0x64, 0x16, 0x65],
    countRegister: 0x2E, fifoRegister: 0x30, recordBytes: 16,
    count: { (UInt8(($0 * 16) >> 8), UInt8(($0 * 16) & 0xFF)) }, full: ((0x08, 0x00), 128),
    restart: ["4B<02"],
    // 6.1 packet 3; 12.7: 2 ms are 1875 counts.
    record: { accel, gyro, number in
      [0x68] + big(accel + gyro) + [0] + big([Int16(truncatingIfNeeded: number * 1875)])
    },
    lsbPerG: 8192, lsbPerDegS: 65.5, temperature: (0x1D, (0xFB, 0x40), 25 - 1216 / 132.48))
}
