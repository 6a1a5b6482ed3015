// SPDX-License-Identifier: Apache-2.0
import Devices

extension IMUCase {
  /// DS12814: 416 Hz is 6, 500 deg/s 1, 4 g 2; FTYPE 4 = 86.7 Hz; LPF2 at ODR/4 is 0.
  static let lsm6dsox = IMUCase(
    chip: .lsm6dsox, address: 0x6A, settings: settings(416, 86.7), identityRegister: 0x0F,
    identity: 0x6C, other: (0x70, "LSM6DSV16X"),
    start: [
      "0F>6C", "12<01", "12<44", "12>44", "15<04", "15>04", "13<02", "13>02", "17<00", "17>00",
      "0B<80", "0B>80", "10<6A", "10>6A", "11<64", "11>64", "09<66", "09>66", "0A<00", "0A<06",
      "0D<02", "0D>02"
    ],
    startMs: 80, checked: [0x12, 0x15, 0x13, 0x17, 0x0B, 0x10, 0x11, 0x09, 0x0D],
    countRegister: 0x3A, fifoRegister: 0x78, recordBytes: 14,
    count: { (UInt8(($0 * 2) & 0xFF), UInt8(($0 * 2) >> 8)) }, full: ((0x00, 0x42), 256),
    restart: ["0A<00", "0A<06"],
    record: { accel, gyro, number in
      // 9.75: tag 1 is the gyro, 2 the accelerometer; every other time the other way round.
      func word(_ sensor: UInt8, _ values: [Int16]) -> [UInt8] {
        let tag = sensor << 3 | UInt8(number & 3) << 1
        return [tag | UInt8(tag.nonzeroBitCount & 1)] + little(values)
      }
      let words = [word(1, gyro), word(2, accel)]
      return number % 2 == 0 ? words[0] + words[1] : words[1] + words[0]
    },
    // Table 2: 0.122 mg and 17.5 mdps.
    lsbPerG: 1 / 0.122e-3, lsbPerDegS: 1 / 17.5e-3,
    temperature: (0x20, (0x00, 0x02), 25 + 512 / 256))

  /// BST-BMI270-DS000: 400 Hz is 10, 44 Hz the narrowest filter (0), 500 deg/s and 4 g are 2 and 1.
  static let bmi270 = IMUCase(
    chip: .bmi270, address: 0x68, settings: settings(400, 44), identityRegister: 0x00,
    identity: 0x24, other: (0xD1, "BMI160"),
    start: ["00>24", "7E<B6", "7C<00", "59<00"]
      + (0..<64).flatMap { chunk in
        // 128 bytes are 64 words: address bits 3:0 stay 0, 11:4 count by 4.
        ["5B<00 \(twoDigits(UInt8(chunk * 4)))", "5E<128B"]
      } + [
        "59<01", "21>01", "40<8A", "40>8A", "41<01", "41>01", "42<CA", "42>CA", "43<02", "43>02",
        "48<00", "48>00", "49<C0", "49>C0", "53<0A", "53>0A", "7D<0E", "7D>0E", "2F<00", "3C>00",
        "7E<B0", "58<04", "58>04"
      ],
    startMs: 48, checked: [0x40, 0x41, 0x42, 0x43, 0x48, 0x49, 0x53, 0x7D, 0x58],
    countRegister: 0x24, fifoRegister: 0x26, recordBytes: 12,
    count: { (UInt8(($0 * 12) & 0xFF), UInt8(($0 * 12) >> 8)) }, full: ((0xF8, 0x07), 170),
    restart: ["7E<B0"], record: { accel, gyro, _ in little(gyro + accel) }, lsbPerG: 8192,
    lsbPerDegS: 65.536, temperature: (0x22, (0x00, 0xFE), 23 - 512 / 512))
}
