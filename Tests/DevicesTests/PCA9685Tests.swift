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
}
