// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Testing

struct AMG8833Tests {
  let bus = ScriptedBus(address: 0x69)
  let clock = TestClock()

  func sensor(
    rateHz: Double = 10, alarmC: ClosedRange<Double>? = nil
  ) throws(DeviceError) -> any GridSensor {
    var settings = GridSettings(rows: 8, columns: 8, rateHz: rateHz)
    settings.alarmC = alarmC
    return try GridChip.amg8833.driver(
      device: I2CDevice(bus: bus, address: 0x69), settings: settings)
  }

  func started() throws(DeviceError) -> any GridSensor {
    let sensor = try sensor()
    try sensor.start(clock: clock)
    bus.forget()
    return sensor
  }

  func set(_ cell: Int, _ word: UInt16) {
    bus.registers[0x80 + 2 * cell] = UInt8(word & 0xFF)
    bus.registers[0x81 + 2 * cell] = UInt8(word >> 8)
  }

  func burst() -> String {
    "80>" + bus.registers[0x80...].map(twoDigits).joined(separator: " ")
  }

  static let cellTable: [(word: UInt16, celsius: Double)] = [
    (0x1F4, 125), (0x064, 25), (0x001, 0.25), (0x000, 0), (0xFFF, -0.25), (0xF9C, -25),
    (0xF24, -55)
  ]

  @Test("Cells are two's complement in 12 bits, as the specifications' table", arguments: cellTable)
  func cells(_ row: (word: UInt16, celsius: Double)) {
    #expect(AMG8833Cell.celsius(row.word) == row.celsius)
  }

  static let thermistorTable: [(word: UInt16, celsius: Double)] = [
    (0x7FF, 127.9375), (0x190, 25), (0x004, 0.25), (0x000, 0), (0x804, -0.25), (0xBBB, -59.6875)
  ]

  @Test(
    "The thermistor is sign and magnitude, as the specifications' table",
    arguments: thermistorTable)
  func thermistor(_ row: (word: UInt16, celsius: Double)) {
    #expect(AMG8833Cell.thermistorC(row.word) == row.celsius)
  }

  @Test("Start looks for an IMU and at the cells, then resets, waits 50 ms and sets the rate")
  func startTrace() throws {
    try sensor().start(clock: clock)
    #expect(bus.trace == ["75>00", burst(), "00<00", "01<3F", "02<00", "02>00"])
    #expect(clock.now == Instant(nanoseconds: 50_000_000))
  }

  @Test("One frame a second is rate 1; the alarm's limits are cells, low byte first")
  func settingsTrace() throws {
    try sensor(rateHz: 1, alarmC: -5...60).start(clock: clock)
    #expect(
      Array(bus.trace.dropFirst(4)) == [
        "02<01", "02>01", "08<F0", "08>F0", "09<00", "09>00", "0A<EC", "0A>EC", "0B<0F", "0B>0F",
        "01<30", "03<03", "03>03"
      ])
  }

  @Test("Frames come by the clock, the first after two periods; each is status and one burst")
  func frames() throws {
    let sensor = try started()
    var grid = sensor.emptyGrid()
    clock.now = Instant(nanoseconds: 249_000_000)
    #expect(try !sensor.latest(into: &grid))
    #expect(bus.trace.isEmpty)
    clock.now = Instant(nanoseconds: 250_000_000)
    set(0, 0x064)
    set(63, 0x0A1)
    #expect(try sensor.latest(into: &grid))
    #expect(bus.trace == ["04>00", burst()])
    #expect(grid[0, 0] == 25 && grid[7, 7] == 40.25 && grid[3, 3] == 0)
    #expect(grid.sequence == 1 && grid.capturedAt == clock.now)
    #expect(try !sensor.latest(into: &grid))
  }

  @Test("Cells outside 0...80 C are not valid; a thermistor that overflows makes none valid")
  func validity() throws {
    let sensor = try started()
    var grid = sensor.emptyGrid()
    clock.now = Instant(nanoseconds: 250_000_000)
    set(1, 0xFFC)  // -1 C
    set(2, 0x144)  // 81 C
    bus.registers[0x04] = 0x04
    #expect(try sensor.latest(into: &grid))
    #expect(grid[0, 1] == nil && grid[0, 2] == nil && grid[0, 3] == 0)
    #expect(bus.trace.last == "05<04", "the flag is cleared")
    clock.now = Instant(nanoseconds: 350_000_000)
    bus.registers[0x04] = 0x08
    #expect(try sensor.latest(into: &grid))
    #expect(!grid.isValid.contains(true))
  }

  @Test(
    "An IMU at this address is named, and nothing is written to it",
    arguments: zip([UInt8(0x68), 0x71, 0x47], ["MPU-6050", "MPU-9250", "ICM-42688-P"]))
  func imu(found: UInt8, like: String) throws {
    bus.registers[0x75] = found
    let sensor = try sensor()
    #expect(
      thrown { try sensor.start(clock: clock) }
        == .wrongIdentity(
          chip: "AMG8833", bus: "i2c-1", address: 0x69, register: 0x75, expected: 0, found: found,
          looksLike: like))
    #expect(bus.trace.count == 1)
  }

  @Test("Cells of more than 12 bits are another chip's at the start, and bad data later")
  func wideCells() throws {
    let sensor = try started()
    var grid = sensor.emptyGrid()
    set(9, 0x1000)
    clock.now = Instant(nanoseconds: 250_000_000)
    #expect(
      thrown { try sensor.latest(into: &grid) }
        == .badData(
          chip: "AMG8833", bus: "i2c-1", address: 0x69, what: "cell 10 has more than 12 bits"))
    bus.forget()
    let again = thrown { try sensor.start(clock: clock) }
    #expect(again?.description.contains("register 0x93 says 0x10, not 0x00") == true)
    #expect(!bus.trace.contains { $0.contains("<") })
  }

  @Test("Frames that never change are stuck")
  func stuck() throws {
    let sensor = try started()
    var grid = sensor.emptyGrid()
    for frame in 0..<16 {
      clock.now = Instant(nanoseconds: Int64(250 + 100 * frame) * 1_000_000)
      #expect(try sensor.latest(into: &grid))
    }
    clock.now = Instant(nanoseconds: 1_850_000_000)
    #expect(
      thrown { try sensor.latest(into: &grid) }
        == .badData(
          chip: "AMG8833", bus: "i2c-1", address: 0x69, what: "no cell has changed for 16 frames"))
  }

  @Test("A rate that does not stay is refused")
  func notAccepted() throws {
    bus.stubborn = [0x02]
    let sensor = try sensor(rateHz: 1)
    #expect(
      thrown { try sensor.start(clock: clock) }
        == .notAccepted(
          chip: "AMG8833", bus: "i2c-1", address: 0x69, register: 0x02, wrote: 1, read: 0))
  }

  @Test(
    "A failing bus is told with address and register",
    arguments: [I2CError.Reason.noAcknowledge, .timedOut, .busFault])
  func busErrors(reason: I2CError.Reason) throws {
    let sensor = try started()
    var grid = sensor.emptyGrid()
    clock.now = Instant(nanoseconds: 250_000_000)
    bus.lasting = reason
    #expect(
      thrown { try sensor.latest(into: &grid) }
        == .bus(
          I2CError(bus: "i2c-1", address: 0x69, register: 0x04, reason: reason), chip: "AMG8833"))
  }
}
