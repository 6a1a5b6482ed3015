// SPDX-License-Identifier: Apache-2.0
import Quantities
import Simulation
import Testing

/// Each fake's FIFO, data registers and peculiarities, against its datasheet; numbers in brackets
/// are sections.
struct FakeIMUFifoTests {
  private let motion = (gyroDegS: Vector3(100, -200, 50), accelG: Vector3(0.5, -1, 1.5))

  private func littleWords(_ bytes: [UInt8]) -> [Int] {
    stride(from: 0, to: bytes.count - 1, by: 2).map {
      Int(Int16(bitPattern: UInt16(bytes[$0 + 1]) << 8 | UInt16(bytes[$0])))
    }
  }

  /// Within the datasheet's rounding of its sensitivities.
  private func expect(_ counts: ArraySlice<Int>, _ values: Vector3, lsb: Double) {
    for (axis, count) in counts.enumerated() {
      #expect(abs(Double(count) - values[axis] * lsb) <= 1 + 1.5e-3 * abs(values[axis] * lsb))
    }
  }

  @Test("ICM-20948: banks, scale (tables 1 and 2), FIFO (8.42 to 8.47)")
  func icm20948() throws {
    let bench = try FakeBench("icm20948")
    #expect(try bench.read(0x06) == [0x41])
    // Bank 2: 500 deg/s, 4 g. The same numbers in bank 0 are other registers.
    try bench.write([(0x06, 1), (0x7F, 0x20), (0x01, 0x03), (0x14, 0x03)])
    #expect(try bench.read(0x7F) == [0x20] && bench.read(0x01) == [0x03])
    try bench.write([(0x7F, 0)])
    #expect(try bench.read(0x01) == [0] && bench.read(0x00) == [0xEA])
    bench.sample(gyroDegS: motion.gyroDegS, accelG: motion.accelG)
    let all = try words(bench.read(0x2D, 14))
    expect(all[0...2], motion.accelG, lsb: 8192)
    expect(all[3...5], motion.gyroDegS, lsb: 65.5)
    #expect(abs(Double(all[6]) / 333.87 + 21 - 25) < 0.01)
    #expect(try bench.read(0x70, 2) == [0, 0], "nothing goes in before USER_CTRL and FIFO_EN_2")
    try bench.write([(0x67, 0x1E), (0x03, 0x40)])
    bench.sample(gyroDegS: motion.gyroDegS, accelG: motion.accelG)
    #expect(try bench.read(0x70, 2) == [0, 12])
    #expect(try words(bench.read(0x72, 12)) == Array(all[0...5]))
    for _ in 0..<42 { bench.sample() }
    #expect(try bench.read(0x1B) == [0])
    bench.sample()
    #expect(try bench.read(0x70, 2) == [2, 0] && bench.read(0x1B) == [1])
    try bench.write([(0x68, 0x1F)])
    bench.sample()
    #expect(try bench.read(0x70, 2) == [0, 0], "held in reset")
    try bench.write([(0x68, 0), (0x06, 0x80)])
    #expect(try bench.read(0x06) == [0x41] && bench.read(0x67) == [0])
  }

  @Test("ICM-42688-P: scale, packets with timestamps (6.1, 12.7), reset values")
  func icm42688p() throws {
    let bench = try FakeBench("icm42688p")
    #expect(try bench.read(0x4C) == [0x30] && bench.read(0x64) == [0x10])
    try bench.write([(0x4F, 0x48), (0x50, 0x48), (0x4E, 0x0F)])
    bench.sample(gyroDegS: motion.gyroDegS, accelG: motion.accelG)
    let all = try words(bench.read(0x1D, 14))
    #expect(all[0] == 0, "25 degrees Celsius")
    expect(all[1...3], motion.accelG, lsb: 8192)
    expect(all[4...6], motion.gyroDegS, lsb: 65.5)
    #expect(try bench.read(0x2E, 2) == [0, 0] && bench.read(0x30) == [0xFF])
    try bench.write([(0x5F, 0x0F), (0x16, 0x40)])
    bench.sample(gyroDegS: motion.gyroDegS, accelG: motion.accelG, atMs: 10)
    bench.sample(atMs: 11)
    #expect(try bench.read(0x2E, 2) == [0, 32])
    let packets = try bench.read(0x30, 32)
    #expect(packets[0] == 0x68 && packets[16] == 0x68)
    #expect(words(Array(packets[1...12])) == Array(all[1...6]))
    let stamps = words([packets[14], packets[15], packets[30], packets[31]])
    #expect(abs(stamps[1] - stamps[0] - 937) <= 1, "a millisecond, by 30 / 32")
    for i in 0..<129 { bench.sample(atMs: Int64(i)) }
    #expect(try bench.read(0x2E, 2) == [8, 0], "128 whole packets")
    #expect(try bench.read(0x30, 1) == [0x68])
    try bench.write([(0x4B, 0x02)])
    #expect(try bench.read(0x2E, 2) == [0, 0])
    // 12.6: no edges while INT_ASYNC_RESET is 1.
    try bench.write([(0x65, 0x08)])
    bench.sample()
    #expect(try bench.edgesMs.isEmpty)
    try bench.write([(0x64, 0)])
    bench.sample()
    #expect(try bench.edgesMs.count == 1)
  }

  @Test("LSM6DSOX: scale (table 2), tagged words (9.75), pulses or levels (9.9)")
  func lsm6dsox() throws {
    let bench = try FakeBench("lsm6dsox")
    #expect(try bench.read(0x12) == [0x04])
    try bench.write([(0x10, 0x58), (0x11, 0x54)])  // 4 g, 500 deg/s
    bench.sample(gyroDegS: motion.gyroDegS, accelG: motion.accelG)
    let all = try littleWords(bench.read(0x22, 12))
    expect(all[0...2], motion.gyroDegS, lsb: 1000 / 17.5)
    expect(all[3...5], motion.accelG, lsb: 1000 / 0.122)
    try bench.write([(0x09, 0x55), (0x0A, 0x06)])
    for _ in 0..<5 { bench.sample(gyroDegS: motion.gyroDegS, accelG: motion.accelG) }
    #expect(try bench.read(0x3A, 2) == [10, 0])
    let fifo = try bench.read(0x78, 70)
    let tags = stride(from: 0, to: 70, by: 7).map { fifo[$0] }
    #expect(tags.map { $0 >> 3 } == [1, 2, 1, 2, 1, 2, 1, 2, 1, 2])
    #expect(tags.allSatisfy { $0.nonzeroBitCount % 2 == 0 })
    #expect(Set(tags.map { $0 >> 1 & 3 }).count == 4 && tags[0] & 6 == tags[1] & 6)
    #expect(littleWords(Array(fifo[1...6])) == Array(all[0...2]))
    #expect(littleWords(Array(fifo[8...13])) == Array(all[3...5]))
    for _ in 0..<256 { bench.sample() }
    #expect(try bench.read(0x3A, 2) == [0, 0x02], "512 words, none lost yet")
    bench.sample()
    #expect(try bench.read(0x3A, 2) == [0, 0x42])
    try bench.write([(0x0A, 0)])
    #expect(try bench.read(0x3A, 2) == [0, 0])
    // A level falls when the gyro is read; a pulse by itself.
    try bench.write([(0x0D, 0x02)])
    for _ in 0..<3 { bench.sample() }
    #expect(try bench.edgesMs.count == 1)
    _ = try bench.read(0x22, 6)
    bench.sample()
    #expect(try bench.edgesMs.count == 1)
    try bench.write([(0x0B, 0x80)])
    for _ in 0..<3 { bench.sample() }
    #expect(try bench.edgesMs.count == 3)
    try bench.write([(0x12, 0x01)])
    #expect(try bench.read(0x10) == [0])
  }

  @Test("BMI270: nothing without its configuration (4.4); scale; FIFO without headers (4.7.2)")
  func bmi270() throws {
    let bench = try FakeBench("bmi270")
    let run: [(UInt8, UInt8)] = [(0x41, 1), (0x43, 2), (0x49, 0xC0), (0x7D, 0x0E)]
    try bench.write(run)
    bench.sample(accelG: Vector3(1, 1, 1))
    #expect(try bench.read(0x0C, 12) == [UInt8](repeating: 0, count: 12))
    try bench.write([(0x7C, 0), (0x59, 0), (0x59, 1)])
    #expect(try bench.read(0x21) == [0x02], "an incomplete one is refused")
    try bench.write([(0x7E, 0xB6)])
    #expect(try bench.read(0x21) == [0])
    try bench.write(FakeIMUTests.bmiUpload + run)
    #expect(try bench.read(0x21) == [0x01])
    bench.sample(gyroDegS: motion.gyroDegS, accelG: motion.accelG)
    let all = try littleWords(bench.read(0x0C, 12))
    expect(all[0...2], motion.accelG, lsb: 8192)
    expect(all[3...5], motion.gyroDegS, lsb: 65.6)
    #expect(try bench.read(0x24, 2) == [12, 0])
    #expect(try littleWords(bench.read(0x26, 12)) == Array(all[3...5]) + Array(all[0...2]))
    #expect(try bench.read(0x26) == [0x80], "empty")
    for _ in 0..<200 { bench.sample() }
    #expect(try bench.read(0x24, 2) == [0xF8, 0x07], "170 whole frames")
    try bench.write([(0x7E, 0xB0)])
    #expect(try bench.read(0x24, 2) == [0, 0])
  }

  @Test("BMI270: the gyro's x feels some of z, as GYR_CAS says (4.5)")
  func crossAxis() throws {
    let bench = try FakeBench("bmi270", seed: 2)
    let chip = try #require(bench.chip as? FakeBMI270)
    try bench.write(FakeIMUTests.bmiUpload + [(0x7D, 0x0E), (0x2F, 0)])
    #expect(chip.crossAxis != 0)
    #expect(try bench.read(0x3C) == [UInt8(bitPattern: chip.crossAxis) & 0x7F])
    bench.sample(gyroDegS: Vector3(0, 0, 1000))
    let gyro = try littleWords(bench.read(0x12, 6))
    #expect(abs(gyro[0] - Int(chip.crossAxis) * gyro[2] / 512) <= 1)
  }

  @Test("BNO055: pages, modes, units (3.6.4), 650 ms of silence after a reset")
  func bno055() throws {
    let bench = try FakeBench("bno055")
    try bench.write([(0x07, 1), (0x08, 0x0D), (0x0A, 0x1A), (0x07, 0)])
    bench.sample(accelG: Vector3(1, 1, 1))
    #expect(try bench.read(0x08, 6) == [0, 0, 0, 0, 0, 0], "configuration mode")
    try bench.write([(0x3D, 7), (0x07, 1), (0x08, 0)])
    #expect(try bench.read(0x08) == [0x0D], "settings are closed now")
    try bench.write([(0x07, 0)])
    bench.chip.feel(.rest, dtS: 0.001, now: Instant(ms: 1))
    bench.sample(gyroDegS: Vector3(100, -600, 0), accelG: motion.accelG)
    let all = try littleWords(bench.read(0x08, 18))
    expect(all[0...2], motion.accelG, lsb: 980.665)
    // In Berlin: 1, 19 and -46 uT.
    #expect(all[3...5] == [16, 304, -736])
    #expect(all[6...8] == [1600, -8000, 0], "500 deg/s is the range's end")
    try bench.write([(0x3F, 0x20)])
    #expect(!bench.chip.isAnswering)
    bench.rest(ms: 2...650)
    #expect(!bench.chip.isAnswering)
    bench.rest(ms: 651...652)
    #expect(try bench.read(0x36) == [0x0F] && bench.read(0x3D) == [0])
  }
}

/// The magnetometers against AKM's datasheets.
struct FakeMagnetometerTests {
  private func compass(_ bench: FakeBench, _ register: UInt8, _ count: Int = 1) throws -> [UInt8] {
    try bench.bus.read(register, count: count, at: 0x0C)
  }

  private func field(_ bench: FakeBench, _ fieldT: Vector3, ms: Int64) {
    bench.chip.magnetometer?.feel(fieldT, now: Instant(ms: ms))
  }

  @Test("AK8963: there only through the bypass; modes, fuse ROM, adjustment, overflow")
  func ak8963() throws {
    let bench = try FakeBench("mpu9250", seed: 1)
    #expect(throws: (any Error).self) { try compass(bench, 0x00) }
    try bench.write([(0x37, 0x02)])
    #expect(try compass(bench, 0x00) == [0x48])
    try bench.write([(0x6A, 0x20)])
    #expect(throws: (any Error).self) { try compass(bench, 0x00) }
    try bench.write([(0x6A, 0)])
    field(bench, Motion.earthFieldT, ms: 1)
    #expect(try compass(bench, 0x02) == [0], "off")
    #expect(try compass(bench, 0x10, 3) == [0, 0, 0])
    try bench.bus.write(0x0F, to: 0x0A, at: 0x0C)
    let adjustment = try compass(bench, 0x10, 3)
    #expect(adjustment.allSatisfy { $0 >= 160 })
    try bench.bus.write(0x16, to: 0x0A, at: 0x0C)
    field(bench, Vector3(30e-6, 15e-6, 45e-6), ms: 20)
    let all = try compass(bench, 0x02, 8)
    #expect(all[0] == 1 && all[7] == 0x10)
    // Its x is the IMU's y: 15 uT; 0.15 uT a count, less by the adjustment to come.
    let x = Double(Int(all[1]) | Int(all[2]) << 8)
    #expect(abs(x * (1 + (Double(adjustment[0]) - 128) / 256) - 100) <= 1)
    #expect(try compass(bench, 0x02) == [0], "read")
    field(bench, Vector3(5e-3, 0, 0), ms: 40)
    #expect(try compass(bench, 0x02, 8)[7] == 0x18)
  }

  @Test("AK09916: modes, axes, overflow")
  func ak09916() throws {
    let bench = try FakeBench("icm20948", seed: 1)
    #expect(throws: (any Error).self) { try compass(bench, 0x01) }
    try bench.write([(0x0F, 0x02)])
    #expect(try compass(bench, 0x00, 2) == [0x48, 0x09])
    field(bench, Motion.earthFieldT, ms: 1)
    #expect(try compass(bench, 0x10) == [0], "off")
    try bench.bus.write(0x08, to: 0x31, at: 0x0C)
    field(bench, Vector3(30e-6, 15e-6, 45e-6), ms: 20)
    let all = try compass(bench, 0x10, 9)
    #expect(Array(all[0...6]) == [1, 200, 0, 0x9C, 0xFF, 0xD4, 0xFE])  // 200, -100, -300
    #expect(all[8] == 0)
    #expect(try compass(bench, 0x10) == [0])
    field(bench, Vector3(5e-3, 0, 0), ms: 40)
    #expect(try compass(bench, 0x18) == [0x08])
    try bench.bus.write(0x01, to: 0x32, at: 0x0C)
    #expect(try compass(bench, 0x31) == [0])
  }
}
