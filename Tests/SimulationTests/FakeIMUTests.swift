// SPDX-License-Identifier: Apache-2.0
import Quantities
import Simulation
import Testing

/// A fake IMU on a bus of its own, spoken to as its datasheet says.
final class FakeBench {
  let bus = FakeI2CBus(name: "i2c-1")
  let chip: any FakeIMU
  private let line = FakeEdgeLine(name: "IMU_INT")

  init(_ name: String, seed: UInt64? = nil) throws {
    let edges = line
    chip = try #require(FakeIMUs.make(name, seed: seed, onDataReady: { edges.rise(at: $0) }))
    bus.attach(chip, at: 0x68)
    if let compass = chip.magnetometer { bus.attach(compass, at: 0x0C) }
  }

  func read(_ register: UInt8, _ count: Int = 1) throws -> [UInt8] {
    try bus.read(register, count: count, at: 0x68)
  }

  func write(_ pairs: [(UInt8, UInt8)]) throws {
    for (register, value) in pairs { try bus.write(value, to: register, at: 0x68) }
  }

  func sample(gyroDegS: Vector3 = .zero, accelG: Vector3 = .zero, atMs ms: Int64 = 1) {
    chip.sample(
      Motion(angularRateRadS: (.pi / 180) * gyroDegS, specificForceMS2: 9.80665 * accelG),
      at: Instant(ms: ms))
  }

  func rest(ms: ClosedRange<Int64>) {
    for ms in ms { chip.feel(.rest, dtS: 0.001, now: Instant(ms: ms)) }
  }

  var edgesMs: [Double] {
    get throws {
      var times: [Double] = []
      while let edge = try line.nextEdge() { times.append(edge.at.seconds * 1000) }
      return times
    }
  }
}

/// What is the same of every fake IMU, against its datasheet's numbers.
struct FakeIMUTests {
  /// Identity register and value, what another chip says there, and how it is made to measure at
  /// about 100 Hz with data-ready edges.
  struct Sheet: Sendable, CustomTestStringConvertible {
    var name: String
    var identity: (register: UInt8, value: UInt8, other: UInt8)
    var wake: [(UInt8, UInt8)]
    var periodMs: Double
    var testDescription: String { name }
  }

  static let mpuWake: [(UInt8, UInt8)] = [(0x6B, 1), (0x1A, 3), (0x19, 9), (0x38, 1)]
  /// The configuration in 512 pieces of eight words, 4.4.
  static let bmiUpload: [(UInt8, UInt8)] = {
    var writes: [(UInt8, UInt8)] = [(0x7C, 0), (0x59, 0)]
    for word in stride(from: 0, to: 4096, by: 8) {
      writes.append((0x5B, UInt8(word & 0x0F)))
      writes.append((0x5C, UInt8(word >> 4)))
      let begin: [UInt8] = word == 0 ? [0xC8, 0x2E] : [0, 0]
      for byte in begin + [UInt8](repeating: 0, count: 14) { writes.append((0x5E, byte)) }
    }
    return writes + [(0x59, 1)]
  }()
  static let sheets = [
    Sheet(name: "mpu6050", identity: (0x75, 0x68, 0x70), wake: mpuWake, periodMs: 10),
    Sheet(name: "mpu6500", identity: (0x75, 0x70, 0x68), wake: mpuWake, periodMs: 10),
    Sheet(name: "mpu9250", identity: (0x75, 0x71, 0x70), wake: mpuWake, periodMs: 10),
    Sheet(name: "mpu9255", identity: (0x75, 0x73, 0x71), wake: mpuWake, periodMs: 10),
    Sheet(
      name: "icm20948", identity: (0x00, 0xEA, 0x24),
      wake: [(0x06, 1), (0x7F, 0x20), (0x00, 8), (0x7F, 0), (0x11, 1)], periodMs: 8),
    Sheet(
      name: "icm42688p", identity: (0x75, 0x47, 0x42),
      wake: [(0x4F, 0x08), (0x50, 0x08), (0x64, 0), (0x65, 8), (0x4E, 0x0F)], periodMs: 10),
    Sheet(
      name: "lsm6dsox", identity: (0x0F, 0x6C, 0x70),
      wake: [(0x0B, 0x80), (0x0D, 2), (0x10, 0x50), (0x11, 0x50)], periodMs: 1000 / 208.0),
    Sheet(
      name: "bmi270", identity: (0x00, 0x24, 0xD1),
      wake: bmiUpload + [(0x42, 0xA8), (0x53, 0x0A), (0x58, 4), (0x7D, 0x0E)], periodMs: 10),
    Sheet(name: "bno055", identity: (0x00, 0xA0, 0x24), wake: [(0x3D, 7)], periodMs: 10)
  ]

  @Test("There is a sheet here for each fake")
  func complete() { #expect(Self.sheets.map(\.name) == FakeIMUs.names) }

  @Test("It says who it is, or who it is not, and no write changes that", arguments: sheets)
  func identity(sheet: Sheet) throws {
    let bench = try FakeBench(sheet.name)
    try bench.write([(sheet.identity.register, 0x11)])
    #expect(try bench.read(sheet.identity.register) == [sheet.identity.value])
    bench.chip.fault = .wrong
    #expect(try bench.read(sheet.identity.register) == [sheet.identity.other])
    bench.chip.fault = .off
    #expect(!bench.chip.isAnswering)
  }

  @Test("Asleep it measures nothing; awake it samples on its own clock", arguments: sheets)
  func edges(sheet: Sheet) throws {
    let bench = try FakeBench(sheet.name)
    // The later MPUs wake up running, but no edge is asked for.
    bench.rest(ms: 1...50)
    #expect(try bench.edgesMs.isEmpty)
    try bench.write(sheet.wake)
    var times: [Double] = []
    for ms in Int64(51)...1050 {
      bench.rest(ms: ms...ms)
      times += try bench.edgesMs
    }
    guard sheet.name != "bno055" else { return #expect(times.isEmpty) }
    #expect(abs(Double(times.count) - 1000 / sheet.periodMs) <= 1)
    #expect(
      zip(times, times.dropFirst()).allSatisfy { abs($1 - $0 - sheet.periodMs) < 1e-3 })
  }

  @Test("Its biases stay inside the datasheet's bounds, and are its seed", arguments: sheets)
  func biases(sheet: Sheet) throws {
    for seed in UInt64(0)..<20 {
      let (one, two) = (
        try FakeBench(sheet.name, seed: seed).chip, try FakeBench(sheet.name, seed: seed).chip
      )
      #expect(one.gyroBiasRadS == two.gyroBiasRadS && one.accelBiasMS2 == two.accelBiasMS2)
      #expect(one.gyroBiasRadS.norm > 0 && one.gyroBiasRadS.norm < 20 * .pi / 180)
      #expect(one.accelBiasMS2.norm > 0 && one.accelBiasMS2.norm < 0.1 * 9.80665)
    }
  }

  @Test("Stuck it repeats itself, with garbage it is anywhere", arguments: sheets)
  func faults(sheet: Sheet) throws {
    let bench = try FakeBench(sheet.name, seed: 3)
    try bench.write(sheet.wake)
    func distinct(_ ms: ClosedRange<Int64>) -> Int {
      var seen: Set<[Int16]> = []
      for ms in ms {
        bench.rest(ms: ms...ms)
        let counts = bench.chip.element.counts
        seen.insert([counts.accel.x, counts.accel.y, counts.gyro.x, counts.gyro.z])
      }
      return seen.count
    }
    #expect(distinct(1...400) > 20)
    bench.chip.fault = .stuck
    #expect(distinct(401...800) == 1)
    bench.chip.fault = .garbage
    #expect(distinct(801...1200) > 20)
    #expect(abs(Int(bench.chip.element.counts.accel.x)) > 0)
  }

  @Test("What does not fit the range is clipped and counted", arguments: sheets)
  func clipping(sheet: Sheet) throws {
    let bench = try FakeBench(sheet.name)
    try bench.write(sheet.wake)
    bench.sample(accelG: Vector3(0, 0, 1))
    #expect(bench.chip.saturatedSamples == 0)
    bench.sample(gyroDegS: Vector3(5000, 0, 0), accelG: Vector3(0, 0, 40))
    #expect(bench.chip.saturatedSamples == 1)
    #expect(bench.chip.element.counts.gyro.x == 32767)
  }
}
