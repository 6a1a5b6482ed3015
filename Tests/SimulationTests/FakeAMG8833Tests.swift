// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Simulation
import Testing

/// The driver against the fake, which was made from the specifications without it.
struct FakeAMG8833Tests {
  let bus = FakeI2CBus(name: "i2c-3")
  let clock = HandClock()

  func fake(
    noiseC: Double = 0, ambientC: Double = 25,
    sceneC: @escaping (Int) -> Double = { 10 + Double($0) }
  ) -> FakeAMG8833 {
    let chip = FakeAMG8833(
      clock: clock, ambientC: ambientC, noiseC: noiseC, seed: 1, sceneC: sceneC)
    bus.attach(chip, at: 0x69)
    return chip
  }

  func sensor(
    rateHz: Double = 10, alarmC: ClosedRange<Double>? = nil
  ) throws(DeviceError) -> any GridSensor {
    var settings = GridSettings(rows: 8, columns: 8, rateHz: rateHz)
    settings.alarmC = alarmC
    let sensor = try GridChip.amg8833.driver(
      device: I2CDevice(bus: bus, address: 0x69), settings: settings)
    try sensor.start(clock: clock)
    return sensor
  }

  @Test("The scene comes out to a quarter of a degree, at both rates", arguments: [1.0, 10])
  func scene(_ rateHz: Double) throws {
    _ = fake(sceneC: { 9.9 + 1.03 * Double($0) })
    let sensor = try sensor(rateHz: rateHz)
    var grid = sensor.emptyGrid()
    clock.pass(ms: 2000 / rateHz)
    #expect(try sensor.latest(into: &grid))
    for cell in 0..<64 {
      let value = try #require(grid[cell / 8, cell % 8])
      #expect(abs(Double(value) - (9.9 + 1.03 * Double(cell))) <= 0.125)
    }
    clock.pass(ms: 999 / rateHz)
    #expect(try !sensor.latest(into: &grid))
  }

  @Test("What is outside 0...80 C, or outside the numbers, is not valid")
  func saturated() throws {
    let chip = fake(sceneC: { $0 == 4 ? 600 : $0 == 5 ? -20 : 20 })
    let sensor = try sensor()
    var grid = sensor.emptyGrid()
    clock.pass(ms: 200)
    #expect(try sensor.latest(into: &grid))
    #expect(grid[0, 4] == nil && grid[0, 5] == nil && grid[0, 6] == 20)
    // The overflow flag was cleared, and does not come back by itself.
    chip.sceneC = { _ in 21 }
    clock.pass(ms: 100)
    #expect(try sensor.latest(into: &grid))
    #expect(!grid.isValid.contains(false))
    #expect(try bus.read(0x04, at: 0x69)[0] & 0x04 == 0)
  }

  @Test("INT goes low when a cell leaves the limits, and the table says which")
  func alarm() throws {
    let chip = fake(sceneC: { _ in 20 })
    let sensor = try sensor(alarmC: 5...50)
    let amg = try #require(sensor as? AMG8833)
    clock.pass(ms: 200)
    #expect(!chip.isInterrupting)
    #expect(try amg.alarmedCells() == 0)
    chip.sceneC = { $0 == 0 ? 55 : $0 == 63 ? 2 : 20 }
    clock.pass(ms: 100)
    #expect(chip.isInterrupting)
    #expect(try amg.alarmedCells() == UInt64(1) << 63 | 1)
  }

  @Test("The thermistor comes out to a sixteenth of a degree", arguments: [36.6, -12.3])
  func thermistor(_ ambientC: Double) throws {
    _ = fake(ambientC: ambientC)
    let amg = try #require(try sensor() as? AMG8833)
    clock.pass(ms: 200)
    #expect(abs(try amg.thermistorC() - ambientC) <= 1.0 / 32)
  }

  @Test("A still scene has noise; a chip that repeats itself is stuck")
  func stuck() throws {
    let chip = fake(noiseC: 0.05, sceneC: { _ in 22.1 })
    let sensor = try sensor()
    var grid = sensor.emptyGrid()
    clock.pass(ms: 100)
    for _ in 0..<60 {
      clock.pass(ms: 100)
      #expect(try sensor.latest(into: &grid))
    }
    chip.fault = .stuck
    let error = deviceError {
      for _ in 0..<20 {
        clock.pass(ms: 100)
        _ = try sensor.latest(into: &grid)
      }
    }
    #expect(error?.description.contains("no cell has changed for 16 frames") == true)
  }

  @Test("Random bytes and an IMU at its address are told apart from it")
  func strangers() throws {
    let chip = fake()
    let sensor = try sensor()
    var grid = sensor.emptyGrid()
    chip.fault = .garbage
    clock.pass(ms: 200)
    #expect(deviceError { try sensor.latest(into: &grid) }?.description.contains("12 bits") == true)
    #expect(deviceError { try self.sensor() }?.description.contains("not 0x00") == true)
    chip.fault = .wrong
    #expect(deviceError { try self.sensor() }?.description.contains("MPU-6050") == true)
  }
}
