// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Simulation
import Testing

/// The driver against the fake, which was made from the datasheet without it.
struct FakeMLX90640Tests {
  let bus = FakeI2CBus(name: "i2c-3")
  let clock = HandClock()

  func fake(
    ambientC: Double = 30, supplyV: Double = 3.3, noiseCounts: Double = 0,
    broken: Set<Int> = [], outliers: Set<Int> = [],
    sceneC: @escaping (Int, Int) -> Double = { row, column in 18 + 0.5 * Double(row + column) }
  ) -> FakeMLX90640 {
    let chip = FakeMLX90640(
      clock: clock, ambientC: ambientC, supplyV: supplyV, noiseCounts: noiseCounts, seed: 1,
      broken: broken, outliers: outliers, sceneC: sceneC)
    bus.attach(chip, at: 0x33)
    return chip
  }

  func sensor(
    rateHz: Double = 4, pattern: GridSettings.Pattern = .chess, emissivity: Double = 1
  ) throws(DeviceError) -> any GridSensor {
    var settings = GridSettings(rows: 24, columns: 32, rateHz: rateHz)
    (settings.pattern, settings.emissivity) = (pattern, emissivity)
    let sensor = try GridChip.mlx90640.driver(
      device: I2CDevice(bus: bus, address: 0x33), settings: settings)
    try sensor.start(clock: clock)
    return sensor
  }

  /// Two subpages: every cell is new.
  func picture(_ sensor: any GridSensor) throws -> Grid {
    var grid = sensor.emptyGrid()
    for _ in 0..<2 {
      clock.pass(ms: 1000 / sensor.rateHz)
      _ = try sensor.latest(into: &grid)
    }
    return grid
  }

  /// The mean of all cells' errors: rounding has none.
  func biasC(_ grid: Grid, _ chip: FakeMLX90640) -> Double {
    var sum = 0.0
    for row in 0..<24 {
      for column in 0..<32 {
        sum += Double(grid[row, column] ?? -1000) - chip.sceneC(row, column)
      }
    }
    return sum / 768
  }

  func worstC(_ grid: Grid, _ chip: FakeMLX90640) -> Double {
    var worst = 0.0
    for row in 0..<24 {
      for column in 0..<32 {
        let value = grid[row, column].map(Double.init) ?? .infinity
        worst = max(worst, abs(value - chip.sceneC(row, column)))
      }
    }
    return worst
  }

  /// Half a word is 0.04...0.15 C at these temperatures; V_BE and V_DD are rounded, too.
  @Test(
    "In both patterns the scene comes out to a word's resolution, whatever the ambience and supply",
    arguments: GridSettings.Pattern.allCases,
    [(30.0, 3.3), (5.0, 3.15), (60.0, 3.45)])
  func scene(_ pattern: GridSettings.Pattern, _ world: (ambientC: Double, supplyV: Double)) throws {
    let chip = fake(ambientC: world.ambientC, supplyV: world.supplyV)
    let grid = try picture(sensor(pattern: pattern))
    #expect(worstC(grid, chip) < 0.2)
    #expect(abs(biasC(grid, chip)) < 0.02)
    #expect(grid.sequence == 2 && grid.capturedAt == clock.now)
  }

  @Test("Each of the four ranges of object temperature comes out", arguments: [-25.0, 90, 220, 290])
  func ranges(_ objectC: Double) throws {
    let chip = fake(sceneC: { _, column in objectC + 0.2 * Double(column) })
    let grid = try picture(sensor())
    #expect(worstC(grid, chip) < 0.4)
  }

  @Test("With its emissivity a grey object comes out, and without it does not")
  func emissivity() throws {
    let chip = fake(sceneC: { _, _ in 60 })
    chip.emissivity = 0.9
    #expect(worstC(try picture(sensor(emissivity: 0.9)), chip) < 0.2)
    #expect(worstC(try picture(sensor(emissivity: 1)), chip) > 1)
  }

  @Test("Broken pixels and outliers are not valid; their neighbours are")
  func deviants() throws {
    _ = fake(broken: [5, 300], outliers: [767])
    let grid = try picture(sensor())
    let invalid = grid.isValid.indices.filter { !grid.isValid[$0] }
    #expect(invalid == [5, 300, 767])
  }

  @Test("What is too hot or too cold for the chip is not valid")
  func saturated() throws {
    _ = fake(sceneC: { row, _ in row == 3 ? 900 : row == 7 ? -120 : 25 })
    let grid = try picture(sensor())
    for row in 0..<24 { #expect((grid[row, 9] != nil) == (row != 3 && row != 7)) }
  }

  @Test("Subpages come at the rate, each with half of the cells")
  func halves() throws {
    let chip = fake()
    let sensor = try sensor(rateHz: 8)
    var grid = sensor.emptyGrid()
    #expect(try !sensor.latest(into: &grid))
    clock.pass(ms: 124)
    #expect(try !sensor.latest(into: &grid))
    clock.pass(ms: 1)
    #expect(try sensor.latest(into: &grid))
    #expect(grid.isValid.filter { $0 }.count == 384)
    #expect(try !sensor.latest(into: &grid))
    clock.pass(ms: 125)
    #expect(try sensor.latest(into: &grid))
    #expect(worstC(grid, chip) < 0.2)
  }

  @Test("A chip that repeats its words is stuck; one with noise on a still scene is not")
  func stuck() throws {
    let chip = fake(noiseCounts: 1)
    let sensor = try sensor()
    var grid = sensor.emptyGrid()
    for _ in 0..<40 {
      clock.pass(ms: 250)
      #expect(try sensor.latest(into: &grid))
    }
    chip.fault = .stuck
    let error = deviceError {
      for _ in 0..<20 {
        clock.pass(ms: 250)
        _ = try sensor.latest(into: &grid)
      }
    }
    #expect(error?.description.contains("832 words have not changed") == true)
  }

  @Test("A chip that stops measuring is told after three subpages")
  func silent() throws {
    let chip = fake()
    let sensor = try sensor()
    var grid = sensor.emptyGrid()
    chip.isMeasuring = false
    clock.pass(ms: 1000)
    #expect(
      deviceError { try sensor.latest(into: &grid) }
        == .notReady(
          chip: "MLX90640", bus: "i2c-3", address: 0x33, waitingFor: "subpage", afterS: 1))
  }

  @Test("Random words are refused as an impossible supply")
  func garbage() throws {
    let chip = fake()
    let sensor = try sensor()
    var grid = sensor.emptyGrid()
    chip.fault = .garbage
    clock.pass(ms: 250)
    guard case .badData = deviceError({ try sensor.latest(into: &grid) }) else {
      Issue.record("random words pass")
      return
    }
    #expect(grid == sensor.emptyGrid())
  }

  @Test("Another chip, a blank and a worn-out EEPROM are refused at the start")
  func refusedAtStart() throws {
    let chip = fake()
    chip.fault = .wrong
    guard case .wrongWord(_, _, _, 0x240A, _, _, "MLX90641") = deviceError({ try sensor() }) else {
      Issue.record("an MLX90641 passes")
      return
    }
    chip.fault = .ok
    for i in 64..<80 { chip.eeprom[i] = 0 }
    #expect(deviceError { try sensor() }?.description.contains("16 pixels as broken") == true)
    chip.eeprom = [UInt16](repeating: 0, count: 832)
    #expect(deviceError { try sensor() }?.description.contains("the same") == true)
  }

  @Test("A bus that fails in the middle of a subpage is an error, and the next look is well")
  func busFails() throws {
    let chip = fake()
    let sensor = try sensor()
    var grid = sensor.emptyGrid()
    clock.pass(ms: 250)
    var transfers = 0
    bus.refuse { _ in
      transfers += 1
      return transfers == 5 ? .timedOut : nil
    }
    guard case .bus(let error, "MLX90640") = deviceError({ try sensor.latest(into: &grid) }) else {
      Issue.record("a failed burst passes")
      return
    }
    #expect(error.reason == .timedOut && error.register == 0x04FC)
    #expect(worstC(try picture(sensor), chip) < 0.2)
  }
}
