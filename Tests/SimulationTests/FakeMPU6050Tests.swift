// SPDX-License-Identifier: Apache-2.0
import Quantities
import Simulation
import Testing

/// The fake against RM-MPU-6000A rev 4.2; numbers in brackets are its sections.
final class FakeMPU6050Tests {
  let bus = FakeI2CBus(name: "i2c-1")
  let line = FakeEdgeLine(name: "IMU_INT")
  let chip: FakeMPU6050

  init() {
    let edges = line
    chip = FakeMPU6050 { edges.rise(at: $0) }
    bus.attach(chip, at: 0x68)
  }

  private func read(_ register: UInt8, count: Int = 1) throws -> [UInt8] {
    try bus.read(register, count: count, at: 0x68)
  }

  private func write(_ value: UInt8, to register: UInt8) throws {
    try bus.write(value, to: register, at: 0x68)
  }

  private func wake() throws { try write(0x01, to: 0x6B) }

  private func sample(gyroDegS: Vector3 = .zero, accelG: Vector3 = .zero, atMs ms: Int64 = 0) {
    chip.sample(
      Motion(angularRateRadS: (.pi / 180) * gyroDegS, specificForceMS2: 9.80665 * accelG),
      at: Instant(ms: ms))
  }

  private var edgeCount: Int {
    get throws {
      var count = 0
      while try line.nextEdge() != nil { count += 1 }
      return count
    }
  }

  @Test("After power-up all registers are 0 but PWR_MGMT_1 = 0x40 and WHO_AM_I = 0x68 (3)")
  func resetValues() throws {
    for register in UInt8(0)...0x7E where register != 0x74 {
      let expected: UInt8 = register == 0x6B ? 0x40 : register == 0x75 ? 0x68 : 0
      #expect(try read(register) == [expected], "register \(register)")
    }
  }

  @Test("DEVICE_RESET brings the reset values back and clears itself (4.28)")
  func deviceReset() throws {
    try wake()
    try write(0x18, to: 0x1B)
    try write(0x80, to: 0x6B)
    #expect(try read(0x6B) == [0x40])
    #expect(try read(0x1B) == [0])
  }

  @Test("WHO_AM_I and the measurements cannot be written")
  func readOnly() throws {
    try write(0x11, to: 0x75)
    try write(0x11, to: 0x3B)
    #expect(try read(0x75) == [0x68])
    #expect(try read(0x3B) == [0])
  }

  @Test("Asleep it measures nothing and raises no interrupt (4.28)")
  func sleep() throws {
    try write(0x01, to: 0x38)
    chip.feel(.rest, dtS: 0.001, now: Instant(ms: 1))
    sample(accelG: Vector3(1, 1, 1))
    #expect(try read(0x3B, count: 6) == [0, 0, 0, 0, 0, 0])
    #expect(try edgeCount == 0)
    try wake()
    sample(accelG: Vector3(1, 1, 1))
    #expect(try words(read(0x3B, count: 6)) == [16384, 16384, 16384])
    #expect(try edgeCount == 1)
  }

  @Test(
    "Counts are the datasheet's scale factors times the motion, in every range (PS 6.1, 6.2)",
    arguments: zip(
      [UInt8(0), 1, 2, 3], [(131.0, 16384.0), (65.5, 8192), (32.8, 4096), (16.4, 2048)]))
  func scale(select: UInt8, scales: (gyro: Double, accel: Double)) throws {
    try wake()
    try write(select << 3, to: 0x1B)
    try write(select << 3, to: 0x1C)
    sample(gyroDegS: Vector3(100, -200, 50), accelG: Vector3(0.5, -1, 1.5))
    let all = try words(read(0x3B, count: 14))
    #expect(all[0...2] == [Int(0.5 * scales.accel), Int(-scales.accel), Int(1.5 * scales.accel)])
    for (value, degS) in zip(all[4...6], [100.0, -200, 50]) {
      #expect(abs(Double(value) - degS * scales.gyro) <= 1 + 1e-3 * abs(degS * scales.gyro))
    }
    #expect(abs(Double(all[3]) / 340 + 36.53 - 25) < 0.01)  // 4.18
  }

  @Test("A motion beyond the range is clipped and counted")
  func clipping() throws {
    try wake()
    sample(gyroDegS: Vector3(251, -251, 0))
    #expect(try words(read(0x43, count: 6)) == [32767, -32768, 0])
    sample(gyroDegS: Vector3(249, 0, 0), accelG: Vector3(0, 0, 1.9))
    #expect(chip.saturatedSamples == 1)
    sample(accelG: Vector3(0, 0, 2.1))
    #expect(chip.saturatedSamples == 2)
  }

  static let dividers: [(config: UInt8, divider: UInt8, periodNs: Int64)] = [
    (0, 0, 125_000), (0, 7, 1_000_000), (1, 0, 1_000_000), (3, 9, 10_000_000),
    (6, 255, 256_000_000), (7, 0, 125_000)
  ]

  @Test(
    "The sample rate is 1 kHz / (1 + divider), or 8 kHz without the filter (4.2)",
    arguments: dividers)
  func divider(config: UInt8, divider: UInt8, periodNs: Int64) throws {
    try write(config, to: 0x1A)
    try write(divider, to: 0x19)
    #expect(chip.samplePeriod.nanoseconds == periodNs)
  }

  @Test("At 100 Hz it raises 100 edges a second, 10 ms apart")
  func edges() throws {
    try wake()
    try write(3, to: 0x1A)
    try write(9, to: 0x19)
    try write(1, to: 0x38)
    var times: [Int64] = []
    for ms in Int64(1)...1000 {
      chip.feel(.rest, dtS: 0.001, now: Instant(ms: ms))
      while let edge = try line.nextEdge() { times.append(edge.at.nanoseconds) }
    }
    #expect(times.count == 100)
    #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 == 10_000_000 })
  }

  @Test(
    "No edge without INT_ENABLE; INT_STATUS tells of data and is cleared by reading (4.15, 4.16)")
  func interrupts() throws {
    try wake()
    sample()
    #expect(try edgeCount == 0)
    #expect(try read(0x3A) == [0x01])
    #expect(try read(0x3A) == [0x00])
  }

  @Test("The filter passes a step slowly at 5 Hz and at once at 184 Hz (4.3)")
  func filter() throws {
    func afterStep(_ config: UInt8) throws -> Int {
      let chip = FakeMPU6050 { _ in }
      let bus = FakeI2CBus(name: "x")
      bus.attach(chip, at: 0x68)
      try bus.write(0x01, to: 0x6B, at: 0x68)
      try bus.write(config, to: 0x1A, at: 0x68)
      let turning = Motion(angularRateRadS: Vector3(0, 0, .pi / 2), specificForceMS2: .zero)
      for ms in Int64(1)...10 { chip.feel(turning, dtS: 0.001, now: Instant(ms: ms)) }
      return words(try bus.read(0x47, count: 2, at: 0x68))[0]
    }
    let full = 90 * 131.072
    // 1 - exp(-2 pi 5 Hz 10 ms) = 0.27
    #expect(abs(Double(try afterStep(6)) / full - 0.27) < 0.05)
    #expect(abs(Double(try afterStep(1)) / full - 1) < 0.02)
  }

  @Test("A chip with a seed is off by no more than the datasheet allows, and repeats itself")
  func biases() {
    for seed in UInt64(0)..<50 {
      let (one, two) = (FakeMPU6050(seed: seed) { _ in }, FakeMPU6050(seed: seed) { _ in })
      #expect(one.gyroBiasRadS == two.gyroBiasRadS && one.accelBiasMS2 == two.accelBiasMS2)
      for axis in 0..<3 {
        #expect(abs(one.gyroBiasRadS[axis]) <= 20 * .pi / 180)
        #expect(abs(one.accelBiasMS2[axis]) <= 0.08 * 9.80665)
      }
    }
  }
}
