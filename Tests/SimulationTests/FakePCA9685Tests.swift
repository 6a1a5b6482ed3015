// SPDX-License-Identifier: Apache-2.0
import Simulation
import Testing

/// The fake against NXP PCA9685 rev 4; numbers in brackets are its sections and tables.
struct FakePCA9685Tests {
  let bus = FakeI2CBus(name: "i2c-1")
  let chip = FakePCA9685()

  init() { bus.attach(chip, at: 0x40) }

  private func read(_ register: UInt8, count: Int = 1) throws -> [UInt8] {
    try bus.read(register, count: count, at: 0x40)
  }

  private func set(_ channel: UInt8, on: UInt16, off: UInt16) throws {
    let first = 6 + 4 * channel
    try bus.write(UInt8(on & 0xFF), to: first, at: 0x40)
    try bus.write(UInt8(on >> 8), to: first + 1, at: 0x40)
    try bus.write(UInt8(off & 0xFF), to: first + 2, at: 0x40)
    try bus.write(UInt8(off >> 8), to: first + 3, at: 0x40)
  }

  private func wake() throws { try bus.write(0x20, to: 0x00, at: 0x40) }

  @Test("After power-up: asleep, totem pole, 200 Hz, every channel full off (tables 5 to 9)")
  func resetValues() throws {
    #expect(try read(0x00) == [0x11])
    #expect(try read(0x01) == [0x04])
    #expect(try read(0xFE) == [0x1E])
    #expect(abs(chip.frequencyHz - 200) < 4)
    for channel in UInt8(0)..<16 {
      #expect(try read(9 + 4 * channel) == [0x10])
      #expect(chip.duty(Int(channel)) == 0)
    }
  }

  @Test("The prescaler is written asleep only, and is 3 at least (7.3.5)")
  func prescale() throws {
    try bus.write(0x79, to: 0xFE, at: 0x40)
    #expect(try read(0xFE) == [0x79])
    #expect(abs(chip.frequencyHz - 50) < 0.1)
    try bus.write(0, to: 0xFE, at: 0x40)
    #expect(try read(0xFE) == [3])
    try wake()
    try bus.write(0x1E, to: 0xFE, at: 0x40)
    #expect(try read(0xFE) == [3])
  }

  @Test("Without AI the pointer stays; with it, it counts on and rolls over behind LED15 (7.3.1)")
  func autoIncrement() throws {
    try bus.write(1, 2, to: 0x06, at: 0x40)
    #expect(try read(0x06) == [2])
    #expect(try read(0x07) == [0])
    try wake()
    try bus.write(1, 2, 3, 4, to: 0x06, at: 0x40)
    #expect(try read(0x06, count: 4) == [1, 2, 3, 4])
    #expect(try read(0x45, count: 2) == [0x10, 0x20])  // LED15_OFF_H, then MODE1
  }

  static let duties: [(on: UInt16, off: UInt16, duty: Double)] = [
    (0, 2048, 0.5), (0, 1, 1.0 / 4096), (0, 4095, 4095.0 / 4096), (1024, 2048, 0.25),
    (3072, 1024, 0.5), (0, 0, 0)
  ]

  @Test(
    "Duty is the counts between ON and OFF, over 4096, across the end too (7.3.3)",
    arguments: duties)
  func duty(on: UInt16, off: UInt16, duty: Double) throws {
    try wake()
    try set(3, on: on, off: off)
    #expect(chip.duty(3) == duty)
    #expect(chip.duty(2) == 0 && chip.duty(4) == 0)
  }

  @Test("Full on wins over counts, full off over everything (7.3.3)")
  func precedence() throws {
    try wake()
    try set(0, on: 0x1000, off: 2048)
    #expect(chip.duty(0) == 1)
    try set(0, on: 0x1000, off: 0x1000)
    #expect(chip.duty(0) == 0)
    try set(0, on: 0, off: 0x1800)
    #expect(chip.duty(0) == 0)
  }

  @Test("Asleep no channel is driven, and awake again they are as set")
  func sleep() throws {
    try wake()
    try set(0, on: 0, off: 2048)
    try bus.write(0x30, to: 0x00, at: 0x40)
    #expect(chip.duty(0) == 0)
    try wake()
    #expect(chip.duty(0) == 0.5)
  }

  @Test("ALL_LED writes every channel and reads as 0 (7.3.4)")
  func allChannels() throws {
    try wake()
    try bus.write(0, 0, 0, 0x08, to: 0xFA, at: 0x40)
    for channel in 0..<16 { #expect(chip.duty(channel) == 0.5) }
    try bus.write(0x10, to: 0xFD, at: 0x40)
    for channel in 0..<16 { #expect(chip.duty(channel) == 0) }
    #expect(try read(0xFA, count: 4) == [0, 0, 0, 0])
  }

  @Test("A brown-out is as power-up: asleep, without auto-increment, every channel off")
  func brownOut() throws {
    try wake()
    try set(0, on: 0, off: 2048)
    chip.brownOut()
    #expect(chip.duty(0) == 0)
    #expect(try read(0x00) == [0x11])
    #expect(try read(0x06, count: 4) == [0, 0, 0, 0])  // four times LED0_ON_L
    #expect(try read(0x09) == [0x10])
    try wake()
    #expect(chip.duty(0) == 0)
  }

  @Test("OE high keeps every output low, whatever the registers say (7.4)")
  func outputEnable() throws {
    let enable = FakeOutputLine(name: "OE", isPulledHigh: true)
    chip.outputEnable = enable
    try wake()
    try set(0, on: 0x1000, off: 0)
    #expect(chip.duty(0) == 0)
    try enable.set(high: false)
    #expect(chip.duty(0) == 1)
    enable.release()
    #expect(chip.duty(0) == 0)
  }

  @Test("INVRT turns every output round, full off too (7.3.2)")
  func inverted() throws {
    try wake()
    try set(0, on: 0, off: 1024)
    try bus.write(0x14, to: 0x01, at: 0x40)
    #expect(chip.duty(0) == 0.75 && chip.duty(1) == 1)
  }

  @Test("A pulse is its counts of the real cycle")
  func pulse() throws {
    try bus.write(0x79, to: 0xFE, at: 0x40)
    try wake()
    try set(0, on: 0, off: 307)
    #expect(abs(chip.highS(0) - 307 * 122 / 25e6) < 1e-12)
  }
}

/// The fake against the TB6612FNG data sheet, H-SW control function.
struct FakeTB6612Tests {
  let bridge = FakeTB6612(standbyLine: "MOTOR_STBY")

  @Test("STBY is low until driven, and low lets the motor roll whatever the inputs say")
  func standby() throws {
    #expect(!bridge.isAwake)
    for (in1, in2) in [(false, false), (false, true), (true, false), (true, true)] {
      #expect(bridge.drive(pwm: 1, in1: in1, in2: in2) == .coasting)
    }
    try bridge.set(high: true)
    #expect(bridge.drive(pwm: 1, in1: true, in2: false) == .driven(1))
    try bridge.set(high: false)
    #expect(bridge.drive(pwm: 1, in1: true, in2: false) == .coasting)
  }

  @Test("Awake, IN1 and IN2 choose forward, reverse, short brake and stop")
  func truthTable() throws {
    try bridge.set(high: true)
    #expect(bridge.drive(pwm: 0.3, in1: true, in2: false) == .driven(0.3))
    #expect(bridge.drive(pwm: 0.3, in1: false, in2: true) == .driven(-0.3))
    #expect(bridge.drive(pwm: 0.3, in1: true, in2: true) == .driven(0))
    #expect(bridge.drive(pwm: 0.3, in1: false, in2: false) == .coasting)
    // PWM low with one input high is a short brake: mean voltage 0, but not open.
    #expect(bridge.drive(pwm: 0, in1: true, in2: false) == .driven(0))
  }
}
