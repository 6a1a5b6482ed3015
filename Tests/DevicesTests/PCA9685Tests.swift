// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Testing

struct PCA9685Tests {
  let bus = ScriptedBus(address: 0x40)
  let clock = TestClock()

  func chip(frequencyHz: Double = 1000) throws(DeviceError) -> PCA9685 {
    try PCA9685(device: I2CDevice(bus: bus, address: 0x40), frequencyHz: frequencyHz)
  }

  @Test(
    "Start turns all outputs off, sets frequency and output stage asleep, wakes, waits, writes all")
  func startTrace() throws {
    try chip(frequencyHz: 1000).start(clock: clock)
    let off = [String](repeating: "00 00 00 10", count: 16).joined(separator: " ")
    #expect(
      bus.trace
        == ["FD<10", "00<30", "FE<05", "FE>05", "01<04", "01>04", "00<20", "06<\(off)"])
    #expect(clock.now == Instant(nanoseconds: 500_000))
  }

  /// Prescale = round(25 MHz / (4096 f)) - 1 (7.3.5); 200 Hz -> 0x1E is the data sheet's example,
  /// 1526 and 24 Hz its limits.
  @Test(
    "The prescaler follows section 7.3.5",
    arguments: zip([200.0, 50, 60, 1000, 1526, 24], ["1E", "79", "65", "05", "03", "FD"]))
  func prescale(hz: Double, value: String) throws {
    try chip(frequencyHz: hz).start(clock: clock)
    #expect(bus.trace.contains("FE<\(value)"))
  }

  @Test("Frequencies outside the prescaler's range are refused", arguments: [23.0, 2000, 0, -50])
  func frequencies(hz: Double) throws {
    let error = thrown { try chip(frequencyHz: hz) }
    #expect(
      error
        == .unsupported(
          chip: "PCA9685", setting: "frequency", asked: "\(hz) Hz", possible: "24 to 1526 Hz"))
    #expect(bus.trace.isEmpty)
  }

  @Test("A prescaler that does not stay means no PCA9685 is there; it is not woken")
  func notAccepted() throws {
    bus.stubborn = [0xFE]
    bus.registers[0xFE] = 0x1E
    let error = thrown { try chip(frequencyHz: 1000).start(clock: clock) }
    #expect(
      error
        == .notAccepted(
          chip: "PCA9685", bus: "i2c-1", address: 0x40, register: 0xFE, wrote: 0x05, read: 0x1E))
    #expect(bus.trace.last == "FE>1E")
  }

  @Test("No acknowledge is told with bus, address and register")
  func noAcknowledge() throws {
    bus.lasting = .noAcknowledge
    let error = thrown { try chip().start(clock: clock) }
    #expect(
      error
        == .bus(
          I2CError(bus: "i2c-1", address: 0x40, register: 0xFD, reason: .noAcknowledge),
          chip: "PCA9685"))
  }

  @Test("An inversion that another program left in MODE2 is taken back before it can matter")
  func inversion() throws {
    bus.registers[0x01] = 0x14  // INVRT: full off would be full power
    try chip().start(clock: clock)
    #expect(bus.registers[0x01] == 0x04)
    #expect(bus.trace.firstIndex(of: "01<04") ?? .max < bus.trace.firstIndex(of: "00<20") ?? 0)
  }
}

/// What is read back while driving, through a relay on channel 2 and one on channel 5.
struct PCA9685VerifyTests {
  let bus = ScriptedBus(address: 0x40)
  let relays: ActuatorGroup
  let chip: PCA9685
  var gate = ArmedGate()

  init() throws {
    chip = try PCA9685(device: I2CDevice(bus: bus, address: 0x40), frequencyHz: 1000)
    let (two, five) = (PWMChannel.chip(chip, channel: 2), PWMChannel.chip(chip, channel: 5))
    relays = ActuatorGroup([
      Relay(channel: two, minimumOnS: 0, minimumOffS: 0, index: 0),
      Relay(channel: five, minimumOnS: 0, minimumOffS: 0, index: 1)
    ])
    try relays.start(clock: TestClock())
    bus.forget()
  }

  private mutating func close() throws(DeviceError) {
    try relays.apply(gate.command([1, 1, 0, 0, 0, 0, 0, 0]))
  }

  @Test("Each driver reads its own channel back behind each write")
  mutating func reads() throws {
    try close()
    #expect(
      bus.trace == ["0E<00 10 00 00", "0E>00 10 00 00", "1A<00 10 00 00", "1A>00 10 00 00"])
  }

  @Test("A register that keeps its value is told, and all is tried to be off")
  mutating func ignored() throws {
    bus.stubborn = [0x0F]  // LED2_ON_H
    let error = thrown { try close() }
    #expect(
      error
        == .notAccepted(
          chip: "PCA9685", bus: "i2c-1", address: 0x40, register: 0x0F, wrote: 0x10, read: 0x00))
    #expect(bus.trace == ["0E<00 10 00 00", "0E>00 00 00 00", "00>20", "FD<10", "FD<10"])
  }

  @Test("A chip that came back asleep from a brown-out is told by its MODE1")
  mutating func asleep() throws {
    try close()
    bus.registers[0x00] = 0x11  // table 5: the state at power-up
    bus.stubborn = [0x0E, 0x0F, 0x10, 0x11]  // no auto-increment: the bytes land elsewhere
    bus.registers[0x0F] = 0x00
    let error = thrown { try close() }
    #expect(
      error
        == .notAccepted(
          chip: "PCA9685", bus: "i2c-1", address: 0x40, register: 0x00, wrote: 0x20, read: 0x11))
  }

  @Test(
    "A read that fails is a failure, not a pass",
    arguments: [I2CError.Reason.noAcknowledge, .timedOut, .busFault, .system(errno: 5)])
  mutating func readFails(reason: I2CError.Reason) throws {
    bus.outcomes = [nil, reason]
    let error = thrown { try close() }
    #expect(
      error
        == .bus(
          I2CError(bus: "i2c-1", address: 0x40, register: 0x0E, reason: reason), chip: "PCA9685"))
    #expect(bus.trace.suffix(2) == ["FD<10", "FD<10"])
  }

  @Test("One of two drivers on a chip goes off alone; the last takes the whole chip off")
  mutating func offAlone() throws {
    let relay = Relay(
      channel: .chip(chip, channel: 9), minimumOnS: 0, minimumOffS: 0, index: 0)
    try relay.start(clock: TestClock())
    try relay.apply(gate.command([1, 0, 0, 0, 0, 0, 0, 0]))
    try close()
    bus.forget()
    relay.stop()
    #expect(bus.trace == ["2A<00 00 00 10"])
    relays.stop()
    #expect(bus.trace == ["2A<00 00 00 10", "0E<00 00 00 10", "FD<10"])
  }
}

/// OE, active low.
struct PCA9685OutputEnableTests {
  let bus = ScriptedBus(address: 0x40)
  let enable: TestOutput
  let relay: Relay
  var gate = ArmedGate()

  init() throws {
    enable = TestOutput(bus: bus, name: "PWM_OE", label: "OE")
    let chip = try PCA9685(
      device: I2CDevice(bus: bus, address: 0x40), frequencyHz: 1000, outputEnable: enable)
    relay = Relay(
      channel: .chip(chip, channel: 0), minimumOnS: 0, minimumOffS: 0, index: 0)
  }

  private mutating func close() throws(DeviceError) {
    try relay.apply(gate.command([1, 0, 0, 0, 0, 0, 0, 0]))
  }

  @Test("OE is high before anything is said to the chip, and stays high through the start")
  func start() throws {
    try relay.start(clock: TestClock())
    #expect(bus.trace.first == "OE high")
    #expect(enable.level == true && !bus.trace.contains("OE low"))
  }

  @Test("OE falls when the first channel has been seen in the chip, once")
  mutating func enabled() throws {
    try relay.start(clock: TestClock())
    bus.forget()
    try close()
    try close()
    #expect(
      bus.trace
        == ["06<00 10 00 00", "06>00 10 00 00", "OE low", "06<00 10 00 00", "06>00 10 00 00"])
  }

  @Test("OE stays high when the channel did not arrive")
  mutating func notEnabled() throws {
    try relay.start(clock: TestClock())
    bus.stubborn = [0x07]
    #expect(throws: DeviceError.self) { try close() }
    #expect(enable.level == true)
  }

  @Test("A stop raises OE first, on a dead bus too")
  mutating func stop() throws {
    try relay.start(clock: TestClock())
    try close()
    bus.forget()
    bus.lasting = .busFault
    relay.stop()
    relay.stop()
    #expect(bus.trace == ["OE high", "FD 10!", "FD 10!", "OE high", "FD 10!", "FD 10!"])
  }

  @Test("On a dead bus OE rises with the first of two drivers that stops")
  mutating func sharedDeadBus() throws {
    let chip = try PCA9685(
      device: I2CDevice(bus: bus, address: 0x40), frequencyHz: 1000, outputEnable: enable)
    let relays = [0, 1].map {
      Relay(channel: .chip(chip, channel: $0), minimumOnS: 0, minimumOffS: 0, index: $0)
    }
    let group = ActuatorGroup(relays)
    try group.start(clock: TestClock())
    try group.apply(gate.command([1, 1, 0, 0, 0, 0, 0, 0]))
    bus.forget()
    bus.lasting = .timedOut
    relays[0].stop()
    #expect(bus.trace.prefix(2) == ["06 00 00 00 10!", "OE high"])
    #expect(enable.level == true)
  }

  @Test("A line that refuses is told at the start, and a stop goes on without it")
  mutating func lineFails() throws {
    enable.fails = true
    let error = thrown { try relay.start(clock: TestClock()) }
    #expect(error == .line(LineError(line: "PWM_OE", errno: 16)))
    bus.forget()
    relay.stop()
    #expect(bus.trace == ["OE high", "FD<10"])
  }
}
