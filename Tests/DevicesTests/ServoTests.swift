// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Safety
import Testing

/// A servo on a PWM output with 20 ms cycles: the trace shows its pulses.
struct ServoBench {
  let bus = ScriptedBus(address: 0x40)
  let clock = TestClock()
  let output: TestPWM
  let servo: Servo
  var gate = ArmedGate()

  /// A quarter turn of travel, which it approaches at an eighth of a turn a second: one set point
  /// a second.
  init(rest: Double = 0, isInverted: Bool = false) throws {
    output = TestPWM(bus: bus)
    servo = try Servo(
      channel: .output(output, period: Interval(nanoseconds: 20_000_000)),
      settings: Servo.Settings(
        pulseUs: 1000...2000, travelRad: .pi / 2, isInverted: isInverted, restPosition: rest,
        approachRadS: .pi / 4),
      index: 1)
    try servo.start(clock: clock)
    bus.forget()
  }

  /// The pulses that these commands give, 100 ms apart.
  mutating func pulses(_ commands: Double...) throws -> [String] {
    bus.forget()
    for value in commands {
      try servo.apply(gate.command([0, value, 0, 0, 0, 0, 0, 0]))
      clock.now = clock.now + Interval(nanoseconds: 100_000_000)
    }
    return bus.trace.map { String($0.dropFirst(5)) }
  }
}

struct ServoTests {
  @Test("Start makes a cycle without pulses")
  func start() throws {
    let bench = try ServoBench()
    try bench.servo.start(clock: bench.clock)
    #expect(bench.bus.trace == ["PWM0 stop", "PWM0 cycle 20000us"])
  }

  @Test("The first pulse is the stated position, then it goes to the command at a bounded speed")
  func approach() throws {
    var bench = try ServoBench(rest: -0.5)
    #expect(
      try bench.pulses(-0.2, -0.2, -0.2, -0.2, -0.2)
        == ["high 1250us", "high 1300us", "high 1350us", "high 1400us"])
  }

  @Test("Once there it follows at once: the gate has bounded the commands")
  func follow() throws {
    var bench = try ServoBench()
    #expect(
      try bench.pulses(0, 1, -1, 0.5)
        == ["high 1500us", "high 2000us", "high 1000us", "high 1750us"])
  }

  @Test("An inverted servo goes to the shorter pulse, and its stated position is a set point too")
  func inverted() throws {
    var bench = try ServoBench(rest: 0.5, isInverted: true)
    #expect(try bench.pulses(0.5, 1) == ["high 1250us", "high 1000us"])
  }

  @Test("Off is no pulses, once; back on, it begins where it was left")
  func disabled() throws {
    var bench = try ServoBench()
    try bench.servo.apply(.off(count: 2))
    #expect(bench.bus.trace.isEmpty)
    _ = try bench.pulses(0, 0.8)
    bench.bus.forget()
    try bench.servo.apply(.off(count: 2))
    try bench.servo.apply(.off(count: 2))
    #expect(bench.bus.trace == ["PWM0 stop"])
    #expect(
      try bench.pulses(0.9, 0.9, 0.9) == ["cycle 20000us", "high 1900us", "high 1950us"])
  }

  @Test("Stop ends the pulses, twice over when refused, and never throws")
  func stop() throws {
    var bench = try ServoBench()
    _ = try bench.pulses(0)
    bench.output.fails = true
    bench.bus.forget()
    bench.servo.stop()
    bench.servo.stop()
    #expect(bench.bus.trace == [String](repeating: "PWM0 stop!", count: 4))
  }

  @Test("On a PCA9685 a pulse is counted in its real cycle, not in 20 ms")
  func pca9685() throws {
    let bus = ScriptedBus(address: 0x40)
    let chip = try PCA9685(device: I2CDevice(bus: bus, address: 0x40), frequencyHz: 50)
    let servo = try Servo(
      channel: .chip(chip, channel: 15),
      settings: Servo.Settings(pulseUs: 1000...2000, travelRad: 2), index: 0)
    try servo.start(clock: TestClock())
    bus.forget()
    var gate = ArmedGate()
    try servo.apply(gate.command(.zero))
    // 7.3.5: prescale 121 gives 4096 x 122 / 25 MHz = 19.988 ms; 1.5 ms is 307.4 counts of it.
    #expect(bus.trace == ["42<00 00 33 01", "42>00 00 33 01"])
  }

  /// Cycle in us, pulse range, and what is refused.
  static let refused: [(UInt64, ClosedRange<Double>, String)] = [
    (20_000, 399...2000, "pulse range"), (20_000, 1000...2601, "pulse range"),
    (20_000, 1500...1500, "pulse range"), (2000, 1000...2000, "frequency")
  ]

  @Test("Pulses that no servo takes, or that do not fit the cycle, are refused", arguments: 0..<4)
  func refusals(row: Int) {
    let (cycleUs, range, setting) = Self.refused[row]
    let output = TestPWM(bus: ScriptedBus(address: 0x40))
    let error = thrown {
      try Servo(
        channel: .output(output, period: Interval(nanoseconds: Int64(cycleUs) * 1000)),
        settings: Servo.Settings(pulseUs: range, travelRad: 1), index: 0)
    }
    guard case .unsupported("servo", setting, _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("A line cannot pulse, and travel, approach and rest must make sense")
  func moreRefusals() {
    let bus = ScriptedBus(address: 0x40)
    let line = PWMChannel.line(TestOutput(bus: bus))
    let output = PWMChannel.output(TestPWM(bus: bus), period: Interval(nanoseconds: 20_000_000))
    let good = Servo.Settings(pulseUs: 1000...2000, travelRad: 1)
    var (flat, still, beyond) = (good, good, good)
    (flat.travelRad, still.approachRadS, beyond.restPosition) = (0, 0, 1.1)
    for (channel, settings) in [(line, good), (output, flat), (output, still), (output, beyond)] {
      guard
        case .unsupported = thrown({
          try Servo(channel: channel, settings: settings, index: 0)
        })
      else {
        Issue.record("\(settings)")
        continue
      }
    }
  }
}
