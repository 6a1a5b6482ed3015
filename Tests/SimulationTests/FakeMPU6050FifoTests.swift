// SPDX-License-Identifier: Apache-2.0
import Quantities
import Simulation
import Testing

/// The fake's FIFO against RM-MPU-6000A rev 4.2, sections 4.9, 4.16, 4.27, 4.30 and 4.31.
struct FakeMPU6050FifoTests {
  let bus = FakeI2CBus(name: "i2c-1")
  let chip = FakeMPU6050 { _ in }

  init() throws {
    bus.attach(chip, at: 0x68)
    try write(0x01, to: 0x6B)
  }

  private func read(_ register: UInt8, count: Int = 1) throws -> [UInt8] {
    try bus.read(register, count: count, at: 0x68)
  }
  private func write(_ value: UInt8, to register: UInt8) throws {
    try bus.write(value, to: register, at: 0x68)
  }
  private var waiting: Int {
    get throws { try words(read(0x72, count: 2))[0] }
  }
  private func sample(_ number: Int) {
    chip.sample(
      Motion(
        angularRateRadS: .zero,
        specificForceMS2: Vector3(9.80665 * Double(number) / 16384, 0, 9.80665)),
      at: .zero)
  }

  @Test("Only what FIFO_EN names goes in, and only while USER_CTRL has it on")
  func enabled() throws {
    sample(1)
    #expect(try waiting == 0)
    try write(0x78, to: 0x23)
    sample(1)
    #expect(try waiting == 0)
    try write(0x40, to: 0x6A)
    sample(1)
    #expect(try waiting == 12)
    for (sensors, bytes) in [(UInt8(0x08), 6), (0x80, 2), (0x40, 2), (0xF8, 14)] {
      try write(sensors, to: 0x23)
      let before = try waiting
      sample(1)
      #expect(try waiting - before == bytes)
    }
  }

  @Test(
    "A record is accelerometer then gyro, high byte first, and a burst stays on the FIFO register")
  func record() throws {
    try write(0x78, to: 0x23)
    try write(0x40, to: 0x6A)
    sample(7)
    sample(8)
    #expect(try words(read(0x74, count: 24)) == [7, 0, 16384, 0, 0, 0, 8, 0, 16384, 0, 0, 0])
    #expect(try waiting == 0)
  }

  @Test("Full, it drops the oldest bytes, stays at 1024 and says so in INT_STATUS")
  func overflow() throws {
    try write(0x78, to: 0x23)
    try write(0x40, to: 0x6A)
    for i in 0..<85 { sample(i) }
    #expect(try waiting == 1020)
    #expect(try read(0x3A) == [0x01])
    sample(85)
    #expect(try waiting == FakeMPU6050.fifoCapacity)
    #expect(try read(0x3A) == [0x11])
    // 1020 + 12 - 1024 = 8 bytes of the first record are gone.
    #expect(try words(read(0x74, count: 8)) == [0, 0, 1, 0])
  }

  @Test("FIFO_RESET empties it while FIFO_EN is 0, and clears itself")
  func reset() throws {
    try write(0x78, to: 0x23)
    try write(0x40, to: 0x6A)
    sample(1)
    try write(0x44, to: 0x6A)
    #expect(try waiting == 12)
    try write(0x04, to: 0x6A)
    #expect(try waiting == 0)
    #expect(try read(0x6A) == [0])
  }
}
