// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Testing

struct INA219Tests {
  let bus = ScriptedWordBus(address: 0x40)
  let clock = TestClock()

  init() { bus.registers[0x00] = 0x399F }

  /// The datasheet's example: 2 mOhm, steps of 1 mA, 16 V (SBOS448G 9.2.2, table 8).
  func monitor(
    shuntOhm: Double = 0.002, maxCurrentA: Double = 20, maxVoltageV: Double = 16,
    averages: Int = 1
  ) throws(DeviceError) -> any PowerMonitor {
    try PowerChip.ina219.driver(
      device: I2CDevice(bus: bus, address: 0x40),
      settings: .shunt(
        ShuntSettings(
          shuntOhm: shuntOhm, maxCurrentA: maxCurrentA, maxVoltageV: maxVoltageV,
          averages: averages)))
  }

  func started() throws(DeviceError) -> any PowerMonitor {
    let monitor = try monitor()
    bus.queued[0x00] = [0x399F, 0x399F]
    try monitor.start(clock: clock)
    bus.forget()
    return monitor
  }

  @Test("Start looks first, resets, asks for the reset value, sets and checks both registers")
  func startTrace() throws {
    let monitor = try monitor()
    bus.queued[0x00] = [0x399F, 0x399F]
    try monitor.start(clock: clock)
    #expect(
      bus.trace == [
        "00>399F", "00<8000", "00>399F", "00<019F", "00>019F", "05<5000", "05>5000"
      ])
  }

  @Test("The datasheet's example: 11.98 V, 10 A, 119.8 W (table 8)")
  func sample() throws {
    let monitor = try started()
    bus.registers = [0x01: 0x07D0, 0x02: 0x5D9A, 0x03: 0x1766, 0x04: 0x2710, 0x05: 0x5000]
    clock.now = Instant(nanoseconds: 5_000_000)
    let reading = try #require(try monitor.latest())
    #expect(reading.at == clock.now)
    #expect(abs((reading.busVoltageV ?? 0) - 11.98) < 1e-9)
    #expect(abs((reading.currentA ?? 0) - 10) < 1e-9)
    #expect(abs((reading.powerW ?? 0) - 119.8) < 1e-9)
    #expect(bus.trace == ["02>5D9A", "01>07D0", "04>2710", "03>1766", "05>5000"])
  }

  @Test("A current that flows back is negative, and so is the power")
  func negative() throws {
    let monitor = try started()
    bus.registers = [0x01: 0xF830, 0x02: 0x5D9A, 0x03: 0x1766, 0x04: 0xD8F0, 0x05: 0x5000]
    let reading = try #require(try monitor.latest())
    #expect(abs((reading.currentA ?? 0) + 10) < 1e-9)
    #expect(abs((reading.powerW ?? 0) + 119.8) < 1e-9)
  }

  @Test("Without a new conversion there is no reading, and the other registers are left alone")
  func notYet() throws {
    let monitor = try started()
    bus.registers[0x02] = 0x5D98
    #expect(try monitor.latest() == nil)
    #expect(bus.trace == ["02>5D98"])
  }

  @Test("The overflow flag takes current and power away, not the voltage")
  func overflow() throws {
    let monitor = try started()
    bus.registers = [0x01: 0x07D0, 0x02: 0x5D9B, 0x03: 0xFFFF, 0x04: 0x7FFF, 0x05: 0x5000]
    let reading = try #require(try monitor.latest())
    #expect(reading.currentA == nil && reading.powerW == nil)
    #expect(reading.busVoltageV != nil)
  }

  @Test("A clipped shunt takes current and power away, a clipped bus voltage and power")
  func clipped() throws {
    let monitor = try started()
    // 40 mV: 4000 counts; 16 V: 4000 counts.
    bus.registers = [0x01: 0x0FA0, 0x02: 0x5D9A, 0x05: 0x5000]
    let first = try #require(try monitor.latest())
    #expect(first.currentA == nil && first.powerW == nil && first.busVoltageV != nil)
    bus.registers = [0x01: 0x07D0, 0x02: 4000 << 3 | 2, 0x04: 0x2710, 0x05: 0x5000]
    let second = try #require(try monitor.latest())
    #expect(second.busVoltageV == nil && second.powerW == nil && second.currentA != nil)
  }

  static let ranges: [(shuntOhm: Double, maxV: Double, averages: Int, configuration: String)] = [
    (0.002, 16, 1, "00<019F"), (0.004, 16, 1, "00<099F"), (0.008, 26, 1, "00<319F"),
    (0.016, 26, 1, "00<399F"), (0.002, 16, 2, "00<04CF"), (0.002, 16, 128, "00<07FF")
  ]

  @Test("Ranges and averages have the bits of 8.6.2", arguments: ranges)
  func configurations(
    _ row: (shuntOhm: Double, maxV: Double, averages: Int, configuration: String)
  ) throws {
    let monitor = try monitor(
      shuntOhm: row.shuntOhm, maxVoltageV: row.maxV, averages: row.averages)
    bus.queued[0x00] = [0x399F, 0x399F]
    try monitor.start(clock: clock)
    #expect(bus.trace.contains(row.configuration))
  }

  /// The step is the least of 1, 2 and 5 times a power of ten with which 15 bits hold the current.
  @Test(
    "The calibration is the finest that holds the current",
    arguments: zip(
      [3.2768, 3.3, 6.5, 7, 16.3, 20], ["A000", "5000", "5000", "2000", "2000", "1000"]))
  func calibrations(maxCurrentA: Double, calibration: String) throws {
    let monitor = try monitor(shuntOhm: 0.01, maxCurrentA: maxCurrentA)
    bus.queued[0x00] = [0x399F, 0x399F]
    try monitor.start(clock: clock)
    #expect(bus.trace.contains("05<" + calibration))
  }

  @Test("What the chip cannot measure is refused with what it can")
  func unsupported() {
    func text(_ make: () throws -> any PowerMonitor) -> String {
      thrown(make)?.description ?? "accepted"
    }
    #expect(text { try monitor(shuntOhm: 0.1, maxCurrentA: 4) }.contains("0.32 V"))
    #expect(text { try monitor(shuntOhm: -1) }.contains("is not possible"))
    #expect(text { try monitor(maxVoltageV: 30) }.contains("up to 26.0 V"))
    #expect(text { try monitor(averages: 3) }.contains("1, 2, 4, 8, 16, 32, 64, 128"))
    #expect(text { try monitor(shuntOhm: 1e-6, maxCurrentA: 1) }.contains("calibration"))
  }

  @Test(
    "Another chip is named, and nothing is written to it",
    arguments: zip([UInt16(0x4127), 0x7127, 0x1104, 0xFFFF], ["INA226", "INA3221", "PCA9685", nil])
  )
  func wrongChip(found: UInt16, like: String?) throws {
    bus.registers[0x00] = found
    let monitor = try monitor()
    let error = thrown { try monitor.start(clock: clock) }
    #expect(
      error
        == .wrongWord(
          chip: "INA219", bus: "i2c-1", address: 0x40, register: 0x00, expected: 0x399F,
          found: found, looksLike: like))
    #expect(bus.trace.count == 1)
    #expect(error?.description.contains("register 0x00 says \(hex(found)), not 0x399F") == true)
  }

  @Test("A reset that does not give the reset value is another chip")
  func noReset() throws {
    bus.registers[0x00] = 0x0007
    let monitor = try monitor()
    let error = thrown { try monitor.start(clock: clock) }
    #expect(
      error
        == .wrongWord(
          chip: "INA219", bus: "i2c-1", address: 0x40, register: 0x00, expected: 0x399F,
          found: 0x8000, looksLike: nil))
  }

  @Test("A calibration that does not stay is refused")
  func notAccepted() throws {
    let monitor = try monitor()
    bus.queued[0x00] = [0x399F, 0x399F]
    bus.stubborn = [0x05]
    let error = thrown { try monitor.start(clock: clock) }
    #expect(
      error
        == .wordNotAccepted(
          chip: "INA219", bus: "i2c-1", address: 0x40, register: 0x05, wrote: 0x5000, read: 0))
    #expect(error?.description.contains("was set to 0x5000 but reads 0x00") == true)
  }

  @Test("A chip that lost its calibration says that its supply dipped")
  func dipped() throws {
    let monitor = try started()
    bus.registers = [0x02: 0x5D9A]
    let error = thrown { try monitor.latest() }
    #expect(
      error
        == .badData(
          chip: "INA219", bus: "i2c-1", address: 0x40,
          what: "it lost its calibration: its supply dipped"))
  }

  @Test("Conversions that never end are not waited for for ever")
  func stuck() throws {
    let monitor = try started()
    bus.registers[0x02] = 0
    clock.now = Instant(nanoseconds: 100_000_000)
    #expect(try monitor.latest() == nil)
    clock.now = Instant(nanoseconds: 125_000_000)
    let error = thrown { try monitor.latest() }
    #expect(
      error
        == .notReady(
          chip: "INA219", bus: "i2c-1", address: 0x40, waitingFor: "conversion", afterS: 0.125))
  }

  @Test(
    "A failing bus is told with address and register",
    arguments: [I2CError.Reason.noAcknowledge, .timedOut, .busFault])
  func busErrors(reason: I2CError.Reason) throws {
    let monitor = try started()
    bus.failure = reason
    let error = thrown { try monitor.latest() }
    #expect(
      error
        == .bus(
          I2CError(bus: "i2c-1", address: 0x40, register: 0x02, reason: reason), chip: "INA219"))
  }
}
