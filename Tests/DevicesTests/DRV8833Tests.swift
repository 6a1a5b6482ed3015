// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Safety
import Testing

/// A bridge with its inputs on PCA9685 channels 8 to 11, started, with a gate that lets everything
/// through.
struct DRV8833Bench {
  let bus = ScriptedBus(address: 0x40)
  let sleep: TestOutput
  let fault = TestInput()
  let bridge: any Actuators
  var gate = ArmedGate()

  init(decay: Decay = .slow, leftInverted: Bool = false) throws {
    sleep = TestOutput(bus: bus, name: "MOTOR_SLEEP", label: "nSLEEP")
    let pwm = try PCA9685(device: I2CDevice(bus: bus, address: 0x40), frequencyHz: 1000)
    bridge = try BridgeChip.drv8833.driver(
      motors: [
        BridgeMotor(
          in1: .chip(pwm, channel: 8), in2: .chip(pwm, channel: 9), isInverted: leftInverted),
        BridgeMotor(in1: .chip(pwm, channel: 10), in2: .chip(pwm, channel: 11))
      ],
      sleep: sleep, fault: fault, decay: decay)
    try bridge.start(clock: TestClock())
    bus.forget()
  }

  mutating func drive(_ left: Double, _ right: Double) throws(DeviceError) {
    try bridge.apply(gate.command([left, right, 0, 0, 0, 0, 0, 0]))
  }
}

struct DRV8833Tests {
  static let on = "00 10 00 00"
  static let off = "00 00 00 10"
  static let quarter = "00 00 00 04"
  static let threeQuarters = "00 00 00 0C"

  /// Channels IN1 and IN2 by SLVSAR1E tables 2 and 3; 0.25 is 1024 = 0x400 counts.
  static let table: [(Decay, setPoint: Double, channels: String)] = [
    (.fast, 1, "\(on) \(off)"), (.fast, 0.25, "\(quarter) \(off)"), (.fast, 0, "\(off) \(off)"),
    (.fast, -0.25, "\(off) \(quarter)"), (.fast, -1, "\(off) \(on)"),
    (.slow, 1, "\(on) \(off)"), (.slow, 0.25, "\(on) \(threeQuarters)"), (.slow, 0, "\(on) \(on)"),
    (.slow, -0.25, "\(threeQuarters) \(on)"), (.slow, -1, "\(off) \(on)")
  ]

  @Test(
    "A set point becomes IN1 and IN2 by the tables, all four in one transfer", arguments: 0..<10)
  func truthTable(row: Int) throws {
    let (decay, value, channels) = Self.table[row]
    var bench = try DRV8833Bench(decay: decay)
    try bench.drive(value, value)
    #expect(
      bench.bus.trace
        == ["26<\(channels) \(channels)", "26>\(channels.prefix(11))", "nSLEEP high"])
  }

  @Test("An inverted motor turns the other way")
  func inverted() throws {
    var bench = try DRV8833Bench(decay: .fast, leftInverted: true)
    try bench.drive(0.25, 0.25)
    let channels = [Self.off, Self.quarter, Self.quarter, Self.off].joined(separator: " ")
    #expect(bench.bus.trace.first == "26<\(channels)")
  }

  @Test("Start puts nSLEEP low before anything else and leaves it there")
  func start() throws {
    let bench = try DRV8833Bench()
    try bench.bridge.start(clock: TestClock())
    #expect(bench.bus.trace.first == "nSLEEP low" && bench.sleep.level == false)
  }

  @Test("A fault line that is low in sleep is no pull-up or no supply, told before anything moves")
  func faultAtStart() throws {
    let bench = try DRV8833Bench()
    bench.fault.level = false
    let error = thrown { try bench.bridge.start(clock: TestClock()) }
    #expect(
      error
        == .fault(
          chip: "DRV8833", line: "MOTOR_FAULT", causes: "a missing pull-up or no motor supply"))
    #expect("\(try #require(error))".contains("MOTOR_FAULT is low"))
    #expect(bench.sleep.level == false)
  }

  @Test("A fault line that goes low while driving ends the tick before the chip is told more")
  func faultWhileDriving() throws {
    var bench = try DRV8833Bench()
    try bench.drive(1, 1)
    bench.bus.forget()
    bench.fault.level = false
    let error = thrown { try bench.drive(1, 1) }
    #expect(
      error
        == .fault(
          chip: "DRV8833", line: "MOTOR_FAULT", causes: "overcurrent, heat or undervoltage"))
    #expect(bench.bus.trace.isEmpty)
    bench.bridge.stop()
    #expect(bench.bus.trace == ["nSLEEP low", "FD<10"])
  }

  @Test("A fault line that cannot be read is a failure")
  func faultLineFails() throws {
    var bench = try DRV8833Bench()
    try bench.drive(1, 1)
    bench.fault.fails = true
    #expect(
      thrown { try bench.drive(1, 1) } == .line(LineError(line: "MOTOR_FAULT", errno: 16)))
  }

  @Test("A disabled command puts nSLEEP low and every input off, once")
  func disabled() throws {
    var bench = try DRV8833Bench()
    try bench.bridge.apply(.off(count: 2))
    #expect(bench.bus.trace.isEmpty)
    try bench.drive(1, 1)
    bench.bus.forget()
    try bench.bridge.apply(.off(count: 2))
    try bench.bridge.apply(.off(count: 2))
    #expect(bench.bus.trace == ["nSLEEP low", "FD<10"])
  }

  @Test("Stop tries line and bus whatever fails, and may be called again")
  func stop() throws {
    var bench = try DRV8833Bench()
    try bench.drive(1, 1)
    bench.bus.forget()
    bench.bus.lasting = .timedOut
    bench.sleep.fails = true
    bench.bridge.stop()
    bench.bridge.stop()
    #expect(
      bench.bus.trace == ["nSLEEP low", "FD 10!", "FD 10!", "nSLEEP low", "FD 10!", "FD 10!"])
  }
}
