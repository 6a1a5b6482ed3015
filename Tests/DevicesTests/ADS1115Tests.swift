// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Testing

struct ADS1115Tests {
  let bus = ScriptedWordBus(address: 0x48)
  let clock = TestClock()

  init() {
    bus.registers = [0x01: 0x8583, 0x02: 0x8000, 0x03: 0x7FFF]
  }

  func converter(
    _ inputs: [AnalogInput] = [.a0], rangeV: Double = 2.048, rateHz: Double = 128,
    mode: ConverterSettings.Mode = .continuous, ready: TestEdges? = nil
  ) throws(DeviceError) -> ADS1115 {
    try ADS1115(
      device: I2CDevice(bus: bus, address: 0x48),
      settings: ConverterSettings(inputs: inputs, rangeV: rangeV, rateHz: rateHz, mode: mode),
      ready: ready)
  }

  func at(ms: Double) { clock.now = Instant(nanoseconds: Int64(ms * 1e6)) }

  /// SBAS444D 10.1.1 writes 0x8483: AIN0 - AIN1, 2.048 V, continuous, 128 SPS.
  @Test("Start looks at the thresholds, then sets and checks the configuration of 10.1.1")
  func startTrace() throws {
    try converter([.a0MinusA1]).start(clock: clock)
    #expect(bus.trace == ["03>7FFF", "02>8000", "01<8483", "01>8483"])
  }

  @Test("With a ready line the thresholds make ALERT/RDY pulse (9.3.8)")
  func readyTrace() throws {
    try converter(ready: TestEdges()).start(clock: clock)
    #expect(
      bus.trace == [
        "03>7FFF", "02>8000", "02<0000", "02>0000", "03<8000", "03>8000", "01<C480", "01>C480"
      ])
  }

  static let codes: [(code: UInt16, fullScales: Double?)] = [
    (0x0001, 1.0 / 32768), (0x0000, 0), (0xFFFF, -1.0 / 32768), (0x4000, 0.5),
    (0x7FFE, 32766.0 / 32768), (0x7FFF, nil), (0x8000, nil)
  ]

  @Test("Codes mean what table 3 says; the last code of either end is clipped", arguments: codes)
  func values(_ row: (code: UInt16, fullScales: Double?)) throws {
    for rangeV in [6.144, 0.256] {
      let converter = try converter(rangeV: rangeV)
      at(ms: 0)
      try converter.start(clock: clock)
      bus.registers[0x00] = row.code
      at(ms: 20)
      let reading = try #require(try converter.latest())
      #expect(reading.voltageV == row.fullScales.map { $0 * rangeV })
    }
  }

  @Test("In continuous mode there is one reading a period, and none before the second")
  func continuous() throws {
    let converter = try converter(rateHz: 8)
    try converter.start(clock: clock)
    bus.forget()
    at(ms: 249)
    #expect(try converter.latest() == nil)
    #expect(bus.trace.isEmpty)
    at(ms: 250)
    bus.registers[0x00] = 0x1000
    #expect(
      try converter.latest() == VoltageReading(at: clock.now, input: 0, voltageV: 0.256))
    #expect(try converter.latest() == nil)
    #expect(bus.trace == ["01>C403", "00>1000"])
  }

  @Test("A ready line gives the time of the conversion; without an edge there is none")
  func readyEdges() throws {
    let edges = TestEdges()
    let converter = try converter(ready: edges)
    try converter.start(clock: clock)
    at(ms: 10)
    #expect(try converter.latest() == nil)
    edges.rise(atMs: 7.8)
    edges.rise(atMs: 15.6)
    at(ms: 16)
    #expect(try converter.latest()?.at == Instant(nanoseconds: 15_600_000))
    at(ms: 400)
    #expect(
      thrown { try converter.latest() }
        == .notReady(
          chip: "ADS1115", bus: "i2c-1", address: 0x48, waitingFor: "conversion", afterS: 0.3844))
    edges.error = LineError(line: "ADC_RDY", errno: 5)
    #expect(thrown { try converter.latest() } == .line(LineError(line: "ADC_RDY", errno: 5)))
  }

  @Test("In single-shot mode each look that finds a conversion starts the next input's")
  func singleShot() throws {
    let converter = try converter([.a1, .a2MinusA3], mode: .singleShot)
    try converter.start(clock: clock)
    #expect(bus.trace.suffix(2) == ["01<D583", "01>D583"])
    bus.forget()
    bus.queued = [0x01: [0x5583, 0xD583, 0xB583], 0x00: [0x4000, 0xC000]]
    #expect(try converter.latest() == nil)
    #expect(
      try converter.latest() == VoltageReading(at: clock.now, input: 0, voltageV: 1.024))
    #expect(
      try converter.latest() == VoltageReading(at: clock.now, input: 1, voltageV: -1.024))
    #expect(
      bus.trace == [
        "01>5583", "01>D583", "00>4000", "01<B583", "01>B583", "00>C000", "01<D583"
      ])
  }

  @Test(
    "Every input, range and rate has the bits of 9.6.3",
    arguments: zip(
      AnalogInput.allCases,
      ["01<C000", "01<D020", "01<E040", "01<F060", "01<8080", "01<90A0", "01<A0C0", "01<B0E0"]))
  func bits(_ input: AnalogInput, expected: String) throws {
    let rates = [8.0, 16, 32, 64, 128, 250, 475, 860]
    let index = try #require(AnalogInput.allCases.firstIndex(of: input))
    let ranges = [6.144, 4.096, 2.048, 1.024, 0.512, 0.256]
    let rangeV = ranges[index % 6]
    try converter([input], rangeV: rangeV, rateHz: rates[index]).start(clock: clock)
    let word = (UInt16(expected.suffix(4), radix: 16) ?? 0) | UInt16(index % 6) << 9 | 3
    #expect(bus.trace.contains("01<" + twoDigits(UInt8(word >> 8)) + twoDigits(UInt8(word & 255))))
  }

  @Test("What the chip has not is refused with what it has")
  func unsupported() {
    #expect(thrown { try converter(rangeV: 3.3) }?.description.contains("6.144, 4.096") == true)
    #expect(thrown { try converter(rateHz: 100) }?.description.contains("128.0, 250.0") == true)
    #expect(thrown { try converter([]) }?.description.contains("inputs of 0") == true)
    #expect(thrown { try converter([.a0, .a1]) }?.description.contains("continuous") == true)
  }

  @Test("A chip with other thresholds is a stranger, and nothing is written to it")
  func stranger() throws {
    bus.registers[0x03] = 0x1234
    let converter = try converter()
    #expect(
      thrown { try converter.start(clock: clock) }
        == .wrongWord(
          chip: "ADS1115", bus: "i2c-1", address: 0x48, register: 0x03, expected: 0x7FFF,
          found: 0x1234, looksLike: nil))
    #expect(bus.trace == ["03>1234", "02>8000"])
  }

  @Test("A configuration that does not stay, at the start or later, is refused")
  func notAccepted() throws {
    let converter = try converter()
    try converter.start(clock: clock)
    bus.registers[0x01] = 0x8583  // as after a dip of its supply
    at(ms: 20)
    #expect(
      thrown { try converter.latest() }
        == .wordNotAccepted(
          chip: "ADS1115", bus: "i2c-1", address: 0x48, register: 0x01, wrote: 0xC483,
          read: 0x8583))
    bus.stubborn = [0x01]
    #expect(thrown { try converter.start(clock: clock) } != nil)
  }

  @Test("A single-shot conversion that never ends is not waited for for ever")
  func stuck() throws {
    let converter = try converter(mode: .singleShot)
    try converter.start(clock: clock)
    bus.registers[0x01] = 0x4583
    at(ms: 200)
    #expect(
      thrown { try converter.latest() }
        == .notReady(
          chip: "ADS1115", bus: "i2c-1", address: 0x48, waitingFor: "conversion", afterS: 0.2))
  }

  @Test("Behind a divider it is a power monitor of voltage alone")
  func divider() throws {
    let settings = DividerSettings(input: .a0, ratio: 4, rangeV: 4.096, rateHz: 8)
    let monitor = try PowerChip.ads1115.driver(
      device: I2CDevice(bus: bus, address: 0x48), settings: .divider(settings))
    try monitor.start(clock: clock)
    bus.registers[0x00] = 0x6000
    at(ms: 250)
    #expect(
      try monitor.latest()
        == PowerReading(at: clock.now, busVoltageV: 12.288, currentA: nil, powerW: nil))
    let byResistors = DividerSettings(
      input: .a2, upperOhm: 30_000, lowerOhm: 10_000, maxVoltageV: 8.4)
    #expect(byResistors == DividerSettings(input: .a2, ratio: 4, rangeV: 4.096, rateHz: 8))
    let wrong = DividerSettings(input: .a0, ratio: 0.5, rangeV: 4.096, rateHz: 8)
    #expect(
      thrown {
        try PowerChip.ads1115.driver(
          device: I2CDevice(bus: bus, address: 0x48), settings: .divider(wrong))
      }?.description.contains("ratio of 0.5") == true)
  }

  @Test(
    "A failing bus is told with address and register",
    arguments: [I2CError.Reason.noAcknowledge, .timedOut, .busFault])
  func busErrors(reason: I2CError.Reason) throws {
    let converter = try converter()
    bus.failure = reason
    #expect(
      thrown { try converter.start(clock: clock) }
        == .bus(
          I2CError(bus: "i2c-1", address: 0x48, register: 0x03, reason: reason), chip: "ADS1115"))
  }
}
