// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Safety
import Testing

/// A bridge on a PCA9685, both started, with a gate that lets everything through.
struct TB6612Bench {
  let bus = ScriptedBus(address: 0x40)
  let standby: TestOutput
  let bridge: any Actuators
  var gate = ArmedGate()

  init(rightInverted: Bool = false) throws {
    standby = TestOutput(bus: bus)
    let pwm = try PCA9685(device: I2CDevice(bus: bus, address: 0x40), frequencyHz: 1000)
    try pwm.start(clock: TestClock())
    bridge = try BridgeChip.tb6612.driver(
      motors: [
        BridgeMotor(
          pwm: .chip(pwm, channel: 0), in1: .chip(pwm, channel: 1), in2: .chip(pwm, channel: 2)),
        BridgeMotor(
          pwm: .chip(pwm, channel: 3), in1: .chip(pwm, channel: 4), in2: .chip(pwm, channel: 5),
          isInverted: rightInverted)
      ],
      sleep: standby)
    bus.forget()
    #expect(gate.refusals.isEmpty)
  }

  mutating func drive(_ left: Double, _ right: Double) throws(DeviceError) {
    try bridge.apply(gate.command([left, right, 0, 0, 0, 0, 0, 0]))
  }
}

struct TB6612Tests {
  static let on = "00 10 00 00"
  static let off = "00 00 00 10"

  /// Channels PWM, IN1, IN2 by the H-SW control function table; 0.5 is 2048 = 0x800 counts.
  static let table: [(setPoint: Double, channels: [String])] = [
    (1, [on, on, off]),
    (0.5, ["00 00 00 08", on, off]),
    (0.25, ["00 00 00 04", on, off]),
    (0, [off, on, off]),  // PWM low with one input high: short brake
    (-0.5, ["00 00 00 08", off, on]),
    (-1, [on, off, on])
  ]

  @Test(
    "A set point becomes IN1, IN2 and PWM by the truth table, both motors in one transfer",
    arguments: 0..<6)
  func truthTable(row: Int) throws {
    var bench = try TB6612Bench()
    let (value, channels) = Self.table[row]
    try bench.drive(value, 1)
    let expected = (channels + [Self.on, Self.on, Self.off]).joined(separator: " ")
    #expect(bench.bus.trace == ["06<\(expected)", "06>\(channels[0])", "STBY high"])
  }

  @Test("An inverted motor turns the other way")
  func inverted() throws {
    var bench = try TB6612Bench(rightInverted: true)
    try bench.drive(1, 1)
    let expected = [Self.on, Self.on, Self.off, Self.on, Self.off, Self.on].joined(separator: " ")
    #expect(bench.bus.trace == ["06<\(expected)", "06>\(Self.on)", "STBY high"])
  }

  @Test("STBY rises only after the first duties are seen in the chip, and then stays")
  func standbyOnce() throws {
    var bench = try TB6612Bench()
    try bench.drive(0.5, 0.5)
    try bench.drive(0.25, 0.5)
    #expect(bench.bus.trace.map { $0.prefix(4) } == ["06<0", "06>0", "STBY", "06<0", "0A>0"])
    #expect(bench.standby.level == true)
  }

  @Test("STBY stays low when the duties did not reach the chip")
  func notAwakeOnFailure() throws {
    var bench = try TB6612Bench()
    bench.bus.lasting = .busFault
    #expect(throws: DeviceError.self) { try bench.drive(1, 1) }
    #expect(bench.standby.level == nil)
  }

  @Test("A disabled command puts STBY low and every channel off, once")
  func disabled() throws {
    var bench = try TB6612Bench()
    try bench.bridge.apply(.off(count: 2))
    #expect(bench.bus.trace.isEmpty)  // never woken
    try bench.drive(1, 1)
    bench.bus.forget()
    try bench.bridge.apply(.off(count: 2))
    try bench.bridge.apply(.off(count: 2))
    #expect(bench.bus.trace == ["STBY low", "FD<10"])
    #expect(bench.standby.level == false)
  }

  @Test("After a stop the next command does not bring old duties back")
  func afterStop() throws {
    var bench = try TB6612Bench()
    try bench.drive(1, 1)
    bench.bridge.stop()
    bench.bus.forget()
    try bench.drive(0, 0)
    let brake = [Self.off, Self.on, Self.off].joined(separator: " ")
    #expect(bench.bus.trace == ["06<\(brake) \(brake)", "0A>\(Self.on)", "STBY high"])
  }

  @Test("Stop is idempotent: STBY low, then all channels full off, each time")
  func stopTwice() throws {
    let bench = try TB6612Bench()
    bench.bridge.stop()
    bench.bridge.stop()
    #expect(bench.bus.trace == ["STBY low", "FD<10", "STBY low", "FD<10"])
    #expect(bench.standby.level == false)
  }

  @Test("Stop tries the bus twice")
  func stopRetries() throws {
    let bench = try TB6612Bench()
    bench.bus.outcomes = [.timedOut]
    bench.bridge.stop()
    #expect(bench.bus.trace == ["STBY low", "FD 10!", "FD<10"])
  }

  @Test("Stop puts STBY low though the bus is dead")
  func stopWithoutBus() throws {
    var bench = try TB6612Bench()
    try bench.drive(1, 1)
    bench.bus.forget()
    bench.bus.lasting = .busFault
    bench.bridge.stop()
    #expect(bench.bus.trace == ["STBY low", "FD 10!", "FD 10!"])
    #expect(bench.standby.level == false)
  }

  @Test(
    "Stop turns the channels off though the line refuses, and a later command tries the line again")
  func stopWithoutLine() throws {
    var bench = try TB6612Bench()
    try bench.drive(1, 1)
    bench.bus.forget()
    bench.standby.fails = true
    bench.bridge.stop()
    #expect(bench.bus.trace == ["STBY low", "FD<10"])
    bench.standby.fails = false
    try bench.bridge.apply(.off(count: 2))
    #expect(bench.standby.level == false)
  }

  @Test("Stop returns though bus and line both fail, having tried both")
  func stopWithNothing() throws {
    let bench = try TB6612Bench()
    bench.bus.lasting = .noAcknowledge
    bench.standby.fails = true
    bench.bridge.stop()
    bench.bridge.stop()
    #expect(bench.standby.attempts == 2)
    #expect(bench.bus.trace.filter { $0 == "FD 10!" }.count == 4)
  }

  @Test("A refusing line is told by its name")
  func lineError() throws {
    var bench = try TB6612Bench()
    bench.standby.fails = true
    let error = thrown { try bench.drive(1, 1) }
    #expect(error == .line(LineError(line: "MOTOR_STBY", errno: 16)))
  }
}
