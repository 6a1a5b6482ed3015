// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Testing

struct INA226Tests {
  let bus = ScriptedWordBus(address: 0x41)
  let clock = TestClock()

  init() { (bus.registers[0xFE], bus.registers[0xFF]) = (0x5449, 0x2260) }

  /// The datasheet's example: 2 mOhm, steps of 1 mA (SBOS547, table 1).
  func monitor(
    maxCurrentA: Double = 20, maxVoltageV: Double = 12.6, averages: Int = 1
  ) throws(DeviceError) -> any PowerMonitor {
    try PowerChip.ina226.driver(
      device: I2CDevice(bus: bus, address: 0x41),
      settings: .shunt(
        ShuntSettings(
          shuntOhm: 0.002, maxCurrentA: maxCurrentA, maxVoltageV: maxVoltageV,
          averages: averages)))
  }

  func started() throws(DeviceError) -> any PowerMonitor {
    let monitor = try monitor()
    try monitor.start(clock: clock)
    bus.forget()
    return monitor
  }

  @Test("Start checks both identities, resets, sets and checks configuration and calibration")
  func startTrace() throws {
    try monitor().start(clock: clock)
    #expect(
      bus.trace == [
        "FE>5449", "FF>2260", "00<8000", "00<4127", "00>4127", "05<0A00", "05>0A00"
      ])
  }

  @Test("The datasheet's example: 11.98 V, 10 A, 119.8 W (table 1)")
  func sample() throws {
    let monitor = try started()
    for (register, value) in [
      (0x01, 0x1F40), (0x02, 0x2570), (0x03, 0x12B8), (0x04, 0x2710), (0x06, 0x0008)
    ] {
      bus.registers[register] = UInt16(value)
    }
    let reading = try #require(try monitor.latest())
    #expect(abs((reading.busVoltageV ?? 0) - 11.98) < 1e-9)
    #expect(abs((reading.currentA ?? 0) - 10) < 1e-9)
    #expect(abs((reading.powerW ?? 0) - 119.8) < 1e-9)
    #expect(bus.trace == ["06>0008", "01>1F40", "02>2570", "03>12B8", "04>2710", "05>0A00"])
  }

  @Test("Overflow and a clipped shunt take current and power away; a clipped bus, its voltage")
  func flags() throws {
    let monitor = try started()
    (bus.registers[0x02], bus.registers[0x06]) = (0x2570, 0x000C)
    let overflown = try #require(try monitor.latest())
    #expect(overflown.currentA == nil && overflown.powerW == nil && overflown.busVoltageV != nil)
    (bus.registers[0x01], bus.registers[0x06]) = (0x7FFF, 0x0008)
    #expect(try #require(try monitor.latest()).currentA == nil)
    (bus.registers[0x01], bus.registers[0x02]) = (0, 0x7FFF)
    let high = try #require(try monitor.latest())
    #expect(high.busVoltageV == nil && high.powerW == nil && high.currentA == 0)
  }

  @Test(
    "Averages have the bits 11:9",
    arguments: zip([1, 4, 16, 1024], ["00<4127", "00<4327", "00<4527", "00<4F27"]))
  func averages(_ averages: Int, configuration: String) throws {
    try monitor(averages: averages).start(clock: clock)
    #expect(bus.trace.contains(configuration))
  }

  @Test("What the chip cannot measure is refused")
  func unsupported() {
    #expect(thrown { try monitor(maxCurrentA: 50) }?.description.contains("0.08192 V") == true)
    #expect(thrown { try monitor(maxVoltageV: 40) }?.description.contains("up to 36.0 V") == true)
    #expect(thrown { try monitor(averages: 2) }?.description.contains("1, 4, 16") == true)
  }

  @Test("Another chip of the same maker is named; nothing is written to a stranger")
  func wrongChip() throws {
    bus.registers[0xFF] = 0x3220
    let monitor = try monitor()
    let sibling = thrown { try monitor.start(clock: clock) }
    #expect(
      sibling
        == .wrongWord(
          chip: "INA226", bus: "i2c-1", address: 0x41, register: 0xFF, expected: 0x2260,
          found: 0x3220, looksLike: "INA3221"))
    bus.registers[0xFE] = 0
    let stranger = thrown { try monitor.start(clock: clock) }
    #expect(stranger?.description.contains("register 0xFE says 0x00, not 0x5449") == true)
    #expect(!bus.trace.contains { $0.contains("<") })
  }

  @Test("A setting that does not stay, a lost calibration and a stuck converter are told")
  func faults() throws {
    let monitor = try started()
    (bus.registers[0x05], bus.registers[0x06]) = (0, 0x0008)
    guard case .badData("INA226", "i2c-1", 0x41, _) = thrown({ try monitor.latest() }) else {
      Issue.record("a lost calibration passes")
      return
    }
    bus.registers[0x06] = 0
    clock.now = Instant(nanoseconds: 200_000_000)
    #expect(
      thrown { try monitor.latest() }
        == .notReady(
          chip: "INA226", bus: "i2c-1", address: 0x41, waitingFor: "conversion", afterS: 0.2))
    bus.stubborn = [0x00]
    bus.registers[0x00] = 0
    #expect(
      thrown { try monitor.start(clock: clock) }
        == .wordNotAccepted(
          chip: "INA226", bus: "i2c-1", address: 0x41, register: 0, wrote: 0x4127, read: 0))
  }

  @Test(
    "A failing bus is told with address and register",
    arguments: [I2CError.Reason.noAcknowledge, .timedOut, .busFault])
  func busErrors(reason: I2CError.Reason) throws {
    let monitor = try monitor()
    bus.failure = reason
    #expect(
      thrown { try monitor.start(clock: clock) }
        == .bus(
          I2CError(bus: "i2c-1", address: 0x41, register: 0xFE, reason: reason), chip: "INA226"))
  }
}
