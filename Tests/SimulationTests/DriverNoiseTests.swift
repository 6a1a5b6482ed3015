// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Simulation
import Testing

/// A bus on which anything may happen: transfers fail at random, and what is read may be random,
/// constant, or what the chip said with a few bits turned over.
private final class NoisyBus: I2CBus {
  let name = "i2c-9"
  let bearsClockStretching = true
  private let inner: FakeI2CBus
  private var random: SeededGenerator
  /// What this run is like.
  private let failShare, spoilShare: Double
  private(set) var transfers = 0

  init(_ inner: FakeI2CBus, seed: UInt64) {
    self.inner = inner
    random = SeededGenerator(seed: seed, stream: "noisy bus")
    // From a silent bus to one on which a start goes through.
    failShare = [0, 0.0005, 0.01, 0.3][Int(random.next() % 4)]
    spoilShare = [0, 0.0005, 0.01, 0.3, 1][Int(random.next() % 5)]
  }

  func transfer(
    address: UInt8, writing: UnsafeRawBufferPointer, reading: UnsafeMutableRawBufferPointer
  ) throws(I2CError) {
    transfers += 1
    if random.uniform() < failShare {
      let reasons: [I2CError.Reason] = [.noAcknowledge, .busFault, .timedOut, .system(errno: 5)]
      throw I2CError(
        bus: name, address: address, register: nil, reason: reasons[Int(random.next() % 4)])
    }
    let isSpoilt = random.uniform() < spoilShare
    do throws(I2CError) {
      try inner.transfer(address: address, writing: writing, reading: reading)
    } catch { guard isSpoilt else { throw error } }
    if isSpoilt { spoil(reading) }
  }

  private func spoil(_ bytes: UnsafeMutableRawBufferPointer) {
    let kind = random.next() % 4
    for i in bytes.indices {
      switch kind {
      case 0: bytes[i] = UInt8(truncatingIfNeeded: random.next())
      case 1: bytes[i] = 0x00
      case 2: bytes[i] = 0xFF
      default: bytes[i] ^= 1 << UInt8(random.next() % 8)
      }
    }
  }
}

/// Every driver that reads from a bus, on a bus that cannot be trusted: no trap and no endless
/// loop; it ends in values that are finite, or in an error with its place.
@Suite("On a bus on which anything may happen")
struct DriverNoiseTests {
  private static let runs: UInt64 = 150
  private static let looks = 40

  /// More transfers than the longest start (VL53L5CX's) and every look need.
  private static let transferLimit = 20_000

  private func eachRun(
    _ body: (_ seed: UInt64, FakeI2CBus, any I2CBus, HandClock) throws -> Void
  ) rethrows {
    for seed in 1...Self.runs {
      let inner = FakeI2CBus(name: "i2c-9")
      let bus = NoisyBus(inner, seed: seed)
      try body(seed, inner, bus, HandClock())
      #expect(bus.transfers < Self.transferLimit, "seed \(seed)")
    }
  }

  @Test(
    "every IMU's samples are finite, and never go back in time",
    arguments: InertialChip.allCases)
  func imus(chip: InertialChip) throws {
    let (traits, file) = (chip.traits, [0xC8, 0x2E] + [UInt8](repeating: 0x5A, count: 8190))
    try eachRun { seed, inner, bus, clock in
      let line = FakeEdgeLine(name: "IMU_INT")
      let fake = try #require(FakeIMUs.make(chip.rawValue, seed: seed) { line.rise(at: $0) })
      inner.attach(fake, at: traits.addresses[0])
      if let magnetometer = fake.magnetometer { inner.attach(magnetometer, at: 0x0C) }
      fake.settle(in: .rest)
      let rateHz: Double =
        switch traits.rates {
        case .divided(let baseHz, _): baseHz / (baseHz / 100).rounded()
        case .listed(let rates): rates.min { abs($0 - 100) < abs($1 - 100) } ?? 0
        }
      let sensor = try chip.driver(
        device: I2CDevice(bus: bus, address: traits.addresses[0]), dataReady: line,
        settings: InertialSettings(
          rateHz: rateHz, gyroRangeRadS: 500 * .pi / 180, accelRangeMS2: 4 * 9.80665,
          filterHz: traits.filtersHz(atRateHz: rateHz)[1]),
        firmware: FirmwareFile(path: "bmi270.bin", bytes: file))
      if deviceError({ try sensor.start(clock: clock) }) != nil, seed % 2 == 0 { return }
      var last = Instant(nanoseconds: .min)
      for look in 0..<Self.looks {
        for _ in 0..<(look % 7 * 10) {
          clock.pass(ms: 1)
          fake.feel(.rest, dtS: 0.001, now: clock.now)
        }
        _ = deviceError {
          try sensor.drain { sample in
            #expect(sample.gyroRadS.norm.isFinite && sample.accelMS2.norm.isFinite)
            #expect(sample.at > last, "seed \(seed)")
            last = sample.at
          }
        }
        if let temperatureC = try? sensor.temperatureC() { #expect(temperatureC.isFinite) }
      }
      #expect(sensor.lostSamples >= 0)
    }
  }

  @Test("every grid is whole", arguments: GridChip.allCases)
  func grids(chip: GridChip) throws {
    let file = (0..<87_764).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try eachRun { seed, inner, bus, clock in
      let shape = chip.traits.shapes[0]
      var settings = GridSettings(
        rows: shape.rows, columns: shape.columns, rateHz: shape.ratesHz.max() ?? 0)
      switch chip {
      case .mlx90640:
        inner.attach(FakeMLX90640(clock: clock, seed: seed, sceneC: { _, _ in 20 }), at: 0x33)
      case .amg8833:
        inner.attach(FakeAMG8833(clock: clock, seed: seed, sceneC: { _ in 20 }), at: 0x69)
      case .vl53l5cx:
        settings.firmware = FirmwareFile(path: "vl53l5cx.bin", bytes: file)
        inner.attach(
          FakeVL53L5CX(firmware: Array(file[0..<86_016]), clock: clock, sceneM: { _ in 1 }),
          at: 0x29)
      }
      let sensor = try chip.driver(
        device: I2CDevice(bus: bus, address: chip.traits.addresses[0]), settings: settings)
      guard deviceError({ try sensor.start(clock: clock) }) == nil else { return }
      var grid = sensor.emptyGrid()
      for _ in 0..<Self.looks {
        clock.pass(ms: 700 / settings.rateHz)
        _ = deviceError { try sensor.latest(into: &grid) }
        for row in 0..<grid.rows {
          for column in 0..<grid.columns where grid[row, column] != nil {
            #expect(grid[row, column]?.isFinite == true, "seed \(seed)")
          }
        }
      }
    }
  }

  @Test("every supply's readings are finite", arguments: PowerChip.allCases)
  func supplies(chip: PowerChip) throws {
    try eachRun { seed, inner, bus, clock in
      let supply = Supply(voltageV: 12, currentA: 1)
      var settings = PowerSettings.shunt(
        ShuntSettings(shuntOhm: 0.02, maxCurrentA: 4, maxVoltageV: 16))
      switch chip {
      case .ina219: inner.attach(FakeINA219(supply: supply, shuntOhm: 0.02, clock: clock), at: 0x48)
      case .ina226: inner.attach(FakeINA226(supply: supply, shuntOhm: 0.02, clock: clock), at: 0x48)
      case .ads1115:
        inner.attach(FakeADS1115(voltagesV: [1, 0, 0, 0], clock: clock), at: 0x48)
        settings = .divider(DividerSettings(input: .a0, ratio: 4, rangeV: 4.096, rateHz: 860))
      }
      let monitor = try chip.driver(device: I2CDevice(bus: bus, address: 0x48), settings: settings)
      guard deviceError({ try monitor.start(clock: clock) }) == nil else { return }
      for _ in 0..<Self.looks {
        clock.pass(ms: 3)
        _ = deviceError {
          guard let reading = try monitor.latest() else { return }
          for value in [reading.busVoltageV, reading.currentA, reading.powerW] {
            #expect(value?.isFinite != false, "seed \(seed)")
          }
        }
      }
    }
  }
}
