// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Simulation
import Testing

/// How long one look takes on a wire of 400 kHz, so that a board's author can add it up.
struct SensorBusTimeTests {
  let bus = FakeI2CBus(name: "i2c-3", speedHz: 400_000)
  let clock = HandClock()

  /// Milliseconds on the wire since `startS`.
  func ms(since startS: Double) -> Double { 1000 * (bus.busyS - startS) }

  func grid(_ chip: GridChip, _ settings: GridSettings, at address: UInt8) throws -> Double {
    let sensor = try chip.driver(
      device: I2CDevice(bus: bus, address: address), settings: settings)
    try sensor.start(clock: clock)
    var grid = sensor.emptyGrid()
    clock.pass(ms: 2000 / sensor.rateHz)
    let startS = bus.busyS
    #expect(try sensor.latest(into: &grid))
    return ms(since: startS)
  }

  @Test("A subpage of an MLX90640 takes 38.5 ms: 8 Hz is 31 % of a bus")
  func mlx90640() throws {
    bus.attach(FakeMLX90640(clock: clock, sceneC: { _, _ in 20 }), at: 0x33)
    let ms = try grid(
      .mlx90640, GridSettings(rows: 24, columns: 32, rateHz: 8), at: 0x33)
    #expect(abs(ms - 38.5) < 0.5, "\(ms) ms")
  }

  @Test("A frame of an AMG8833 takes 3.1 ms")
  func amg8833() throws {
    bus.attach(FakeAMG8833(clock: clock, sceneC: { _ in 20 }), at: 0x69)
    let ms = try grid(.amg8833, GridSettings(rows: 8, columns: 8, rateHz: 10), at: 0x69)
    #expect(abs(ms - 3.1) < 0.1, "\(ms) ms")
  }

  @Test("8 x 8 ranges of a VL53L5CX take 7.4 ms, 4 x 4 3.1 ms, and its start 2.1 s")
  func vl53l5cx() throws {
    let file = (0..<87_764).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    bus.attach(
      FakeVL53L5CX(firmware: Array(file[0..<86_016]), clock: clock, sceneM: { _ in 1 }), at: 0x29)
    for (side, expectedMs) in [(8, 7.4), (4, 3.1)] {
      var settings = GridSettings(rows: side, columns: side, rateHz: 15)
      settings.firmware = FirmwareFile(path: "vl53l5cx.bin", bytes: file)
      let startS = bus.busyS
      let lookMs = try grid(.vl53l5cx, settings, at: 0x29)
      #expect(abs(lookMs - expectedMs) < 0.1, "\(lookMs) ms")
      #expect(abs(ms(since: startS) - lookMs - 2100) < 100, "\(ms(since: startS)) ms")
    }
  }

  @Test("A reading of an INA219 takes 0.6 ms, of an INA226 0.7 ms, of an ADS1115 0.25 ms")
  func supplies() throws {
    let supply = Supply(voltageV: 12, currentA: 1)
    func time(_ chip: PowerChip, _ settings: PowerSettings) throws -> Double {
      let monitor = try chip.driver(
        device: I2CDevice(bus: bus, address: 0x48), settings: settings)
      try monitor.start(clock: clock)
      clock.pass(ms: 300)
      let startS = bus.busyS
      #expect(try monitor.latest() != nil)
      return ms(since: startS)
    }
    let shunt = PowerSettings.shunt(
      ShuntSettings(shuntOhm: 0.02, maxCurrentA: 4, maxVoltageV: 16))
    bus.attach(FakeINA219(supply: supply, shuntOhm: 0.02, clock: clock), at: 0x48)
    #expect(abs(try time(.ina219, shunt) - 0.6) < 0.05)
    bus.attach(FakeINA226(supply: supply, shuntOhm: 0.02, clock: clock), at: 0x48)
    #expect(abs(try time(.ina226, shunt) - 0.7) < 0.05)
    bus.attach(FakeADS1115(voltagesV: [1, 0, 0, 0], clock: clock), at: 0x48)
    let divider = DividerSettings(input: .a0, ratio: 4, rangeV: 4.096, rateHz: 8)
    #expect(abs(try time(.ads1115, .divider(divider)) - 0.25) < 0.05)
  }
}
