// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Simulation
import Testing

/// The drivers of INA219, INA226 and ADS1115 against their fakes, which were made from the
/// datasheets without them.
struct FakeSupplyTests {
  let bus = FakeI2CBus(name: "i2c-1")
  let clock = HandClock()
  static let supplies = [
    Supply(voltageV: 11.7, currentA: 2.34), Supply(voltageV: 8.2, currentA: -1.1),
    Supply(voltageV: 0.4, currentA: 0)
  ]

  func ina219(_ supply: Supply) throws -> (FakeINA219, any PowerMonitor) {
    let chip = FakeINA219(supply: supply, shuntOhm: 0.1, clock: clock)
    bus.attach(chip, at: 0x40)
    return (chip, try monitor(.ina219, shuntOhm: 0.1, maxCurrentA: 3.2))
  }

  func ina226(_ supply: Supply) throws -> (FakeINA226, any PowerMonitor) {
    let chip = FakeINA226(supply: supply, shuntOhm: 0.02, clock: clock)
    bus.attach(chip, at: 0x40)
    return (chip, try monitor(.ina226, shuntOhm: 0.02, maxCurrentA: 4))
  }

  func monitor(
    _ chip: PowerChip, shuntOhm: Double, maxCurrentA: Double
  ) throws(DeviceError) -> any PowerMonitor {
    let monitor = try chip.driver(
      device: I2CDevice(bus: bus, address: 0x40),
      settings: .shunt(
        ShuntSettings(
          shuntOhm: shuntOhm, maxCurrentA: maxCurrentA, maxVoltageV: 16, averages: 4)))
    try monitor.start(clock: clock)
    return monitor
  }

  /// Both resolutions are 0.1 mA at most; power is voltage times current to its 2.5 mW.
  private func check(_ monitor: any PowerMonitor, _ supply: Supply) throws {
    #expect(try monitor.latest() == nil)
    clock.pass(ms: 20)
    let reading = try #require(try monitor.latest())
    #expect(abs((reading.busVoltageV ?? -1) - supply.voltageV) <= 0.002)
    #expect(abs((reading.currentA ?? -9) - supply.currentA) <= 0.0003)
    #expect(abs((reading.powerW ?? -99) - supply.voltageV * supply.currentA) <= 0.01)
    #expect(try monitor.latest() == nil, "no conversion twice")
  }

  @Test("An INA219 tells the supply to its resolution", arguments: supplies)
  func ina219Supply(_ supply: Supply) throws { try check(ina219(supply).1, supply) }

  @Test("An INA226 tells the supply to its resolution", arguments: supplies)
  func ina226Supply(_ supply: Supply) throws { try check(ina226(supply).1, supply) }

  @Test("A current beyond the shunt's range has no value, and the voltage has")
  func saturated() throws {
    let supply = Supply(voltageV: 12, currentA: 9)
    for make in [{ try ina219(supply).1 }, { try ina226(supply).1 }] {
      let monitor = try make()
      clock.pass(ms: 20)
      let reading = try #require(try monitor.latest())
      #expect(reading.currentA == nil && reading.powerW == nil)
      #expect(abs((reading.busVoltageV ?? 0) - 12) < 0.01)
    }
  }

  @Test("A voltage beyond the range has no value, and the current has")
  func highVoltage() throws {
    let (_, monitor) = try ina219(Supply(voltageV: 17, currentA: 1))
    clock.pass(ms: 20)
    let reading = try #require(try monitor.latest())
    #expect(reading.busVoltageV == nil && reading.powerW == nil)
    #expect(abs((reading.currentA ?? 0) - 1) < 0.001)
  }

  @Test("After a dip of the chip's supply an INA219 and an INA226 say so, and start again")
  func dips() throws {
    let (first, ina219) = try ina219(Self.supplies[0])
    first.dip()
    clock.pass(ms: 20)
    #expect(deviceError { try ina219.latest() }?.description.contains("supply dipped") == true)
    try ina219.start(clock: clock)
    clock.pass(ms: 20)
    #expect(try ina219.latest()?.currentA != nil)
    let (second, ina226) = try ina226(Self.supplies[0])
    second.dip()
    clock.pass(ms: 20)
    #expect(deviceError { try ina226.latest() }?.description.contains("supply dipped") == true)
  }

  @Test("Stuck converters, random registers and other chips end in typed errors")
  func faults() throws {
    let (first, ina219) = try ina219(Self.supplies[0])
    first.fault = .stuck
    clock.pass(ms: 500)
    #expect(deviceError { try ina219.latest() }?.description.contains("no conversion") == true)
    first.fault = .wrong
    #expect(deviceError { try ina219.start(clock: clock) }?.description.contains("INA226") == true)
    first.fault = .garbage
    #expect(deviceError { try ina219.start(clock: clock) } != nil)
    let (second, ina226) = try ina226(Self.supplies[0])
    second.fault = .stuck
    clock.pass(ms: 500)
    #expect(deviceError { try ina226.latest() }?.description.contains("no conversion") == true)
    second.fault = .garbage
    #expect(deviceError { try ina226.start(clock: clock) } != nil)
    second.fault = .wrong
    #expect(deviceError { try ina226.start(clock: clock) }?.description.contains("INA3221") == true)
    bus.refuse { _ in .busFault }
    #expect(deviceError { try ina226.start(clock: clock) }?.description.contains("stuck") == true)
  }
}

struct FakeADS1115Tests {
  let bus = FakeI2CBus(name: "i2c-1")
  let clock = HandClock()

  func chip(onReady: @escaping (Instant) -> Void = { _ in }) -> FakeADS1115 {
    let chip = FakeADS1115(voltagesV: [2.5, 0.3, -0.1, 3.3], clock: clock, onReady: onReady)
    bus.attach(chip, at: 0x48)
    return chip
  }

  func converter(
    _ inputs: [AnalogInput], mode: ConverterSettings.Mode, rateHz: Double = 128,
    ready: (any EdgeLine)? = nil
  ) throws(DeviceError) -> ADS1115 {
    let converter = try ADS1115(
      device: I2CDevice(bus: bus, address: 0x48),
      settings: ConverterSettings(inputs: inputs, rangeV: 4.096, rateHz: rateHz, mode: mode),
      ready: ready)
    try converter.start(clock: clock)
    return converter
  }

  @Test("Every input comes out in turn, single and between two")
  func inputs() throws {
    _ = chip()
    let converter = try converter(AnalogInput.allCases, mode: .singleShot)
    let expected = [2.5, 0.3, -0.1, 3.3, 2.2, -0.8, -3.0, -3.4]
    for round in 0..<16 {
      #expect(try converter.latest() == nil)
      clock.pass(ms: 8)
      let reading = try #require(try converter.latest())
      #expect(reading.input == round % 8)
      #expect(abs((reading.voltageV ?? 9) - expected[round % 8]) <= 4.096 / 65536)
    }
  }

  @Test("In continuous mode the input is followed")
  func continuous() throws {
    let chip = chip()
    let converter = try converter([.a0], mode: .continuous)
    for volts in [2.5, 1.0, 3.9] {
      chip.voltagesV[0] = volts
      clock.pass(ms: 16)
      #expect(abs((try converter.latest()?.voltageV ?? 9) - volts) <= 4.096 / 65536)
    }
    chip.voltagesV[0] = 4.5
    clock.pass(ms: 16)
    #expect(try #require(try converter.latest()).voltageV == nil, "beyond the range")
  }

  @Test("The ready line's edge is the time of the conversion")
  func ready() throws {
    let line = FakeEdgeLine(name: "ADC_RDY")
    let chip = chip(onReady: { line.rise(at: $0) })
    let converter = try converter([.a1], mode: .continuous, rateHz: 8, ready: line)
    clock.pass(ms: 300)
    chip.advance()
    #expect(try converter.latest()?.at == Instant(ms: 250))
    clock.pass(ms: 20)
    #expect(try converter.latest() == nil)
  }

  @Test("A dip, a converter that never ends, and another chip are told")
  func faults() throws {
    let chip = chip()
    let continuous = try converter([.a0], mode: .continuous)
    chip.dip()
    clock.pass(ms: 20)
    #expect(
      deviceError { try continuous.latest() }
        == .wordNotAccepted(
          chip: "ADS1115", bus: "i2c-1", address: 0x48, register: 1, wrote: 0xC283, read: 0x8583))
    let single = try converter([.a0], mode: .singleShot)
    chip.fault = .stuck
    clock.pass(ms: 500)
    #expect(deviceError { try single.latest() }?.description.contains("no conversion") == true)
    chip.fault = .wrong
    #expect(deviceError { try single.start(clock: clock) }?.description.contains("0x7FFF") == true)
  }
}
