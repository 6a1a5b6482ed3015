// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Testing

struct MLX90640Tests {
  let bus = ScriptedWordBus(address: 0x33, pointerBytes: 2)
  let clock = TestClock()

  init() {
    for (i, word) in MLX90640Words.eeprom.enumerated() { bus.registers[0x2400 + i] = word }
    for i in 0..<832 { bus.registers[0x0400 + i] = UInt16(bitPattern: MLX90640Words.word(i)) }
  }

  func sensor(
    rateHz: Double = 2, pattern: GridSettings.Pattern = .chess
  ) throws(DeviceError) -> any GridSensor {
    var settings = GridSettings(rows: 24, columns: 32, rateHz: rateHz)
    settings.pattern = pattern
    return try GridChip.mlx90640.driver(
      device: I2CDevice(bus: bus, address: 0x33), settings: settings)
  }

  func started() throws(DeviceError) -> any GridSensor {
    let sensor = try sensor()
    try sensor.start(clock: clock)
    bus.forget()
    return sensor
  }

  static let bursts = [
    "2400>252B", "247E>252B", "24FC>252B", "257A>252B", "25F8>252B", "2676>252B", "26F4>152B"
  ]

  @Test("Start reads the EEPROM in bursts, then sets and checks control, and clears the status")
  func startTrace() throws {
    try sensor().start(clock: clock)
    #expect(bus.trace == Self.bursts + ["800D<1901", "800D>1901", "8000<0030"])
  }

  @Test(
    "Each rate has its bits 9:7 of control",
    arguments: zip(
      [0.5, 1, 2, 4, 8, 16, 32, 64],
      ["1801", "1881", "1901", "1981", "1A01", "1A81", "1B01", "1B81"]))
  func rates(rateHz: Double, control: String) throws {
    try sensor(rateHz: rateHz).start(clock: clock)
    #expect(bus.trace.contains("800D<" + control))
    bus.forget()
    try sensor(rateHz: rateHz, pattern: .interleaved).start(clock: clock)
    #expect(bus.trace.contains("800D<0" + control.dropFirst()))
  }

  @Test("Without new data a look is one word, and there is no grid")
  func notYet() throws {
    let sensor = try started()
    var grid = sensor.emptyGrid()
    bus.registers[0x8000] = 0x0031
    #expect(try !sensor.latest(into: &grid))
    #expect(bus.trace == ["8000>0031"])
    #expect(grid == sensor.emptyGrid())
  }

  @Test("New data are cleared, read and looked at once more; half of the cells are new")
  func frameTrace() throws {
    let sensor = try started()
    var grid = sensor.emptyGrid()
    bus.queued[0x8000] = [0x0008]
    clock.now = Instant(nanoseconds: 500_000_000)
    #expect(try sensor.latest(into: &grid))
    #expect(
      bus.trace == [
        "8000>0008", "8000<0030", "0400>252B", "047E>252B", "04FC>252B", "057A>252B",
        "05F8>252B", "0676>252B", "06F4>152B", "8000>0030"
      ])
    #expect(grid.capturedAt == clock.now && grid.sequence == 1)
    #expect(grid.isValid.filter { $0 }.count == 384)
    // By the datasheet's own path to 80.36 C, but with the compensation of subpage 0.
    let value = try #require(grid[MLX90640Words.row, MLX90640Words.column])
    #expect(abs(value - 80.2) < 0.3)
    #expect(grid[MLX90640Words.row, MLX90640Words.column + 1] == nil)
  }

  @Test("A subpage that came while another was read spoils it")
  func torn() throws {
    let sensor = try started()
    var grid = sensor.emptyGrid()
    bus.queued[0x8000] = [0x0008, 0x0009]
    #expect(try !sensor.latest(into: &grid))
    #expect(grid == sensor.emptyGrid())
    bus.queued[0x8000] = [0x0008, 0x0009]
    clock.now = Instant(nanoseconds: 2_000_000_000)
    #expect(
      thrown { try sensor.latest(into: &grid) }?.description.contains("lower the rate") == true)
  }

  @Test("A chip that never has new data is not waited for for ever")
  func neverReady() throws {
    let sensor = try started()
    var grid = sensor.emptyGrid()
    clock.now = Instant(nanoseconds: 1_600_000_000)
    #expect(try !sensor.latest(into: &grid))
    clock.now = Instant(nanoseconds: 1_750_000_000)
    #expect(
      thrown { try sensor.latest(into: &grid) }
        == .notReady(
          chip: "MLX90640", bus: "i2c-1", address: 0x33, waitingFor: "subpage", afterS: 1.75))
  }

  @Test("A chip whose words never change is stuck")
  func stuck() throws {
    let sensor = try started()
    var grid = sensor.emptyGrid()
    for _ in 0..<16 {
      bus.queued[0x8000] = [0x0008]
      #expect(try sensor.latest(into: &grid))
    }
    bus.queued[0x8000] = [0x0008]
    #expect(
      thrown { try sensor.latest(into: &grid) }
        == .badData(
          chip: "MLX90640", bus: "i2c-1", address: 0x33,
          what: "its 832 words have not changed for 16 looks"))
  }

  @Test("An impossible supply or ambience is not turned into temperatures")
  func implausible() throws {
    let sensor = try started()
    var grid = sensor.emptyGrid()
    bus.queued[0x8000] = [0x0008]
    bus.registers[0x072A] = 0
    #expect(thrown { try sensor.latest(into: &grid) }?.description.contains(" V and ") == true)
    #expect(grid == sensor.emptyGrid())
  }

  @Test("An MLX90641 is named, and nothing is written to it")
  func wrongChip() throws {
    bus.registers[0x240A] = 0x0040
    let sensor = try sensor()
    #expect(
      thrown { try sensor.start(clock: clock) }
        == .wrongWord(
          chip: "MLX90640", bus: "i2c-1", address: 0x33, register: 0x240A, expected: 0,
          found: 0x0040, looksLike: "MLX90641"))
    #expect(bus.trace == Self.bursts)
  }

  @Test("A corrupt EEPROM is refused before anything is written")
  func corrupt() throws {
    bus.registers[0x2433] = 0
    let sensor = try sensor()
    #expect(
      thrown { try sensor.start(clock: clock) }
        == .badData(
          chip: "MLX90640", bus: "i2c-1", address: 0x33, what: "its EEPROM gives 0 for K_Vdd"))
    #expect(bus.trace == Self.bursts)
  }

  @Test("A control word that does not stay is refused")
  func notAccepted() throws {
    bus.stubborn = [0x800D]
    let sensor = try sensor()
    #expect(
      thrown { try sensor.start(clock: clock) }
        == .wordNotAccepted(
          chip: "MLX90640", bus: "i2c-1", address: 0x33, register: 0x800D, wrote: 0x1901, read: 0))
  }

  @Test(
    "A failing bus is told with address and 16-bit register",
    arguments: [I2CError.Reason.noAcknowledge, .timedOut, .busFault])
  func busErrors(reason: I2CError.Reason) throws {
    let sensor = try started()
    var grid = sensor.emptyGrid()
    bus.failure = reason
    let error = thrown { try sensor.latest(into: &grid) }
    #expect(
      error
        == .bus(
          I2CError(bus: "i2c-1", address: 0x33, register: 0x8000, reason: reason),
          chip: "MLX90640"))
    #expect(error?.description.contains("register 0x8000") == true)
  }
}
