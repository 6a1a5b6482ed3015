// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities
import Simulation
import Testing

/// The fakes alone, against the datasheets' reset values and examples.
struct FakeSensorRegisterTests {
  let bus = FakeI2CBus(name: "i2c-1")
  let clock = HandClock()

  func word(_ register: UInt8) throws -> Int {
    let bytes = try bus.read(register, count: 2, at: 0x40)
    return Int(bytes[0]) << 8 | Int(bytes[1])
  }

  @Test("INA219: reset values, the example of table 8, and CNVR until power is read (SBOS448G)")
  func ina219() throws {
    let chip = FakeINA219(
      supply: Supply(voltageV: 11.98, currentA: 10), shuntOhm: 0.002, clock: clock)
    bus.attach(chip, at: 0x40)
    #expect(try (0...5).map { try word($0) } == [0x399F, 0, 0, 0, 0, 0])
    try bus.write(0x01, 0x9F, to: 0x00, at: 0x40)
    try bus.write(0x50, 0x01, to: 0x05, at: 0x40)
    #expect(try word(0x05) == 0x5000, "bit 0 is not there")
    clock.pass(ms: 1.1)
    #expect(try word(0x02) == 0x5D9A)
    #expect(try word(0x01) == 0x07D0)
    #expect(try word(0x04) == 0x2710)
    #expect(try word(0x03) == 0x1766)
    #expect(try word(0x02) == 0x5D98)
    try bus.write(0x80, 0x00, to: 0x00, at: 0x40)
    #expect(try word(0x05) == 0)
  }

  @Test("INA226: identity, reset values and the example of table 1 (SBOS547)")
  func ina226() throws {
    let chip = FakeINA226(
      supply: Supply(voltageV: 11.98, currentA: 10), shuntOhm: 0.002, clock: clock)
    bus.attach(chip, at: 0x40)
    #expect(try word(0xFE) == 0x5449 && word(0xFF) == 0x2260 && word(0x00) == 0x4127)
    try bus.write(0x0A, 0x00, to: 0x05, at: 0x40)
    clock.pass(ms: 2.2)
    #expect(try word(0x06) == 0x0008)
    #expect(try [1, 2, 3, 4].map { try word($0) } == [0x1F40, 0x2570, 0x12B8, 0x2710])
    #expect(try word(0x06) == 0x0000)
  }

  @Test("ADS1115: reset values, and a single conversion by OS (SBAS444D 9.6)")
  func ads1115() throws {
    bus.attach(FakeADS1115(voltagesV: [1.024, 0, 0, 0], clock: clock), at: 0x40)
    #expect(try (0...3).map { try word($0) } == [0x0000, 0x8583, 0x8000, 0x7FFF])
    try bus.write(0xC5, 0x83, to: 0x01, at: 0x40)
    #expect(try word(0x01) == 0x4583)
    clock.pass(ms: 7.9)
    #expect(try word(0x01) == 0xC583)
    #expect(try word(0x00) == 0x4000)
  }

  @Test("AMG8833: after power-up normal, 10 Hz, no interrupt; cells and thermistor in 12 bits")
  func amg8833() throws {
    bus.attach(
      FakeAMG8833(clock: clock, ambientC: -0.25, noiseC: 0, sceneC: { $0 == 0 ? -0.25 : 25 }),
      at: 0x40)
    #expect(try bus.read(0x00, count: 4, at: 0x40) == [0, 0, 0, 0])
    #expect(try bus.read(0x80, count: 4, at: 0x40) == [0xFF, 0x0F, 0x64, 0x00])
    #expect(try bus.read(0x0E, count: 2, at: 0x40) == [0x04, 0x08])
  }

  @Test("MLX90640: control after power-up, and the EEPROM words of the worked example")
  func mlx90640() throws {
    let chip = FakeMLX90640(clock: clock, ambientC: 39.184, supplyV: 3.3186, sceneC: { _, _ in 80 })
    bus.attach(chip, at: 0x40)
    func words(_ register: UInt16, _ count: Int) throws -> [UInt16] {
      var bytes = [UInt8](repeating: 0, count: 2 * count)
      try bytes.withUnsafeMutableBytes { reading in
        try withUnsafeBytes(of: register.bigEndian) {
          try bus.transfer(address: 0x40, writing: $0, reading: reading)
        }
      }
      return (0..<count).map { UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1]) }
    }
    #expect(try words(0x800D, 1) == [0x1901])
    #expect(try words(0x2430, 4) == [0x18EF, 0x2FF1, 0x5952, 0x9D68])
    #expect(try words(0x8000, 1) == [0])
    clock.pass(ms: 500)
    #expect(try words(0x8000, 1) == [0x0008])
    // The example's own ambience and supply: V_BE, gain, PTAT, V_DD.
    let vBE = Int(try words(0x0700, 1)[0])
    #expect(abs(vBE - 0x4BF2) <= 1)
    #expect(try words(0x070A, 1) == [0x1881] && words(0x0720, 1) == [0x06AF])
    #expect(try words(0x072A, 1) == [0xCCC5])
    #expect(try words(0x0708, 1) == [0xFFCA] && words(0x0728, 1) == [0xFFC8])
  }
}
