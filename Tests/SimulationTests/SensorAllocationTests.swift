// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import MallocCount
import Quantities
import Simulation
import Testing

/// A bus that records what chips answer, and answers the same again without them.
final class ReplayBus: I2CBus {
  let name = "i2c-3"
  let inner = FakeI2CBus(name: "i2c-3")
  var isReplaying = false
  private var answers: [[UInt8]] = []
  private var next = 0

  func forget() { (answers, next) = ([], 0) }

  func transfer(
    address: UInt8, writing: UnsafeRawBufferPointer, reading: UnsafeMutableRawBufferPointer
  ) throws(I2CError) {
    guard isReplaying else {
      try inner.transfer(address: address, writing: writing, reading: reading)
      return answers.append(Array(reading))
    }
    for i in reading.indices { reading[i] = answers[next][i] }
    next = (next + 1) % answers.count
  }
}

/// Looking at a sensor is part of a tick, which never allocates (DESIGN, rule 6): counted at malloc
/// itself, without the fake chips, which may.
@Suite(.enabled(if: umwelt_malloc_count_works()))
struct SensorAllocationTests {
  let bus = ReplayBus()
  let clock = HandClock()

  /// How often two looks allocate, after two that were the same.
  func allocations(periodMs: Double, _ look: () throws -> Bool) throws -> Int64 {
    bus.forget()
    for _ in 0..<2 {
      clock.pass(ms: periodMs)
      #expect(try look())
    }
    bus.isReplaying = true
    var total: Int64 = 0
    for _ in 0..<2 {
      var isNew = true
      umwelt_malloc_count_start()
      for _ in 0..<2 {
        clock.pass(ms: periodMs)
        isNew = try look() && isNew
      }
      total = umwelt_malloc_count_stop().allocations
      #expect(isNew)
    }
    bus.isReplaying = false
    return total
  }

  @Test("A look at a grid allocates nothing", arguments: GridChip.allCases)
  func grids(_ chip: GridChip) throws {
    let file = (0..<87_764).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let address = chip.traits.addresses[0]
    switch chip {
    case .mlx90640:
      bus.inner.attach(FakeMLX90640(clock: clock, sceneC: { _, _ in 20 }), at: address)
    case .amg8833: bus.inner.attach(FakeAMG8833(clock: clock, sceneC: { _ in 20 }), at: address)
    case .vl53l5cx:
      bus.inner.attach(
        FakeVL53L5CX(firmware: Array(file[0..<86_016]), clock: clock, sceneM: { _ in 1 }),
        at: address)
    }
    let shape = chip.traits.shapes[0]
    var settings = GridSettings(
      rows: shape.rows, columns: shape.columns, rateHz: shape.ratesHz[1])
    settings.firmware = FirmwareFile(path: "vl53l5cx.bin", bytes: file)
    let sensor = try chip.driver(
      device: I2CDevice(bus: bus, address: address), settings: settings)
    try sensor.start(clock: clock)
    clock.pass(ms: 1000 / sensor.rateHz)  // an AMG8833's first frames are not used
    var grid = sensor.emptyGrid()
    let count = try allocations(periodMs: 1000 / sensor.rateHz) { try sensor.latest(into: &grid) }
    #expect(count == 0)
  }

  @Test("A look at a supply allocates nothing", arguments: PowerChip.allCases)
  func supplies(_ chip: PowerChip) throws {
    let supply = Supply(voltageV: 12, currentA: 1)
    var settings = PowerSettings.shunt(
      ShuntSettings(shuntOhm: 0.02, maxCurrentA: 4, maxVoltageV: 16))
    switch chip {
    case .ina219: bus.inner.attach(FakeINA219(supply: supply, shuntOhm: 0.02, clock: clock), at: 72)
    case .ina226: bus.inner.attach(FakeINA226(supply: supply, shuntOhm: 0.02, clock: clock), at: 72)
    case .ads1115:
      bus.inner.attach(FakeADS1115(voltagesV: [1, 0, 0, 0], clock: clock), at: 72)
      settings = .divider(DividerSettings(input: .a0, ratio: 4, rangeV: 4.096, rateHz: 128))
    }
    let monitor = try chip.driver(device: I2CDevice(bus: bus, address: 72), settings: settings)
    try monitor.start(clock: clock)
    #expect(try allocations(periodMs: 20) { try monitor.latest() != nil } == 0)
  }
}
