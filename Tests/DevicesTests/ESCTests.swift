// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Safety
import Testing

/// An ESC on a PWM output with 20 ms cycles: the trace shows its pulses.
struct ESCBench {
  let bus = ScriptedBus(address: 0x40)
  let clock = TestClock()
  let output: TestPWM
  let esc: ESC
  var gate = ArmedGate()

  /// Armed after 0.3 s; from rest to full throttle in a second.
  init(isTwoWay: Bool = false) throws {
    output = TestPWM(bus: bus)
    esc = try ESC(
      channel: .output(output, period: Interval(nanoseconds: 20_000_000)),
      settings: ESC.Settings(
        pulseUs: 1000...2000, isTwoWay: isTwoWay, armS: 0.3, approachPerS: 1),
      index: 0)
    try esc.start(clock: clock)
    bus.forget()
  }

  /// The pulses that these commands give, 100 ms apart; without repeats, as an output is told them.
  mutating func pulses(_ commands: [Double]) throws -> [String] {
    bus.forget()
    for value in commands {
      try esc.apply(gate.command([value, 0, 0, 0, 0, 0, 0, 0]))
      clock.now = clock.now + Interval(nanoseconds: 100_000_000)
    }
    return bus.trace.map { String($0.dropFirst(5)) }
  }
}

struct ESCTests {
  @Test("Rest pulses for the arming time whatever is commanded, then up at a bounded speed")
  func arming() throws {
    var bench = try ESCBench()
    #expect(
      try bench.pulses([0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.9])
        == ["high 1000us", "high 1100us", "high 1200us", "high 1900us"])
  }

  @Test("One way, reverse is rest; two ways, rest is the middle")
  func directions() throws {
    var oneWay = try ESCBench()
    #expect(try oneWay.pulses([0, 0, 0, 0, -1, 1]) == ["high 1000us", "high 2000us"])
    var twoWay = try ESCBench(isTwoWay: true)
    #expect(
      try twoWay.pulses([0, 0, 0, 0, -1, 1, 0.5])
        == ["high 1500us", "high 1000us", "high 2000us", "high 1750us"])
  }

  @Test("Disabled, it gets rest pulses for two cycles, then none, and must arm again")
  func disabled() throws {
    var bench = try ESCBench()
    _ = try bench.pulses([0, 0, 0, 0, 1])
    bench.bus.forget()
    try bench.esc.apply(.off(count: 2))
    #expect(bench.bus.trace == ["PWM0 high 1000us"])
    bench.clock.now = bench.clock.now + Interval(nanoseconds: 39_000_000)
    try bench.esc.apply(.off(count: 2))
    #expect(bench.bus.trace == ["PWM0 high 1000us"])
    bench.clock.now = bench.clock.now + Interval(nanoseconds: 1_000_000)
    try bench.esc.apply(.off(count: 2))
    try bench.esc.apply(.off(count: 2))
    #expect(bench.bus.trace == ["PWM0 high 1000us", "PWM0 stop"])
    #expect(
      try bench.pulses([1, 1, 1, 1, 1]) == ["cycle 20000us", "high 1000us", "high 1100us"])
  }

  @Test("Enabled again before the pulses ended, it is still armed and starts from rest")
  func interrupted() throws {
    var bench = try ESCBench()
    _ = try bench.pulses([0, 0, 0, 0, 1])
    try bench.esc.apply(.off(count: 2))
    #expect(try bench.pulses([1, 1]) == ["high 1100us"])
  }

  @Test("Never enabled, it never gets a pulse")
  func idle() throws {
    let bench = try ESCBench()
    try bench.esc.apply(.off(count: 1))
    bench.esc.stop()
    #expect(bench.bus.trace == ["PWM0 stop"])
    #expect(bench.clock.now == .zero)
  }

  @Test("Stop gives a rest pulse for two cycles, then none; a second stop waits for nothing")
  func stop() throws {
    var bench = try ESCBench()
    _ = try bench.pulses([0, 0, 0, 0, 1])
    bench.bus.forget()
    let before = bench.clock.now
    bench.esc.stop()
    #expect(bench.bus.trace == ["PWM0 high 1000us", "PWM0 stop"])
    #expect(bench.clock.now == before + Interval(nanoseconds: 40_000_000))
    bench.esc.stop()
    #expect(bench.clock.now == before + Interval(nanoseconds: 40_000_000))
  }

  @Test("Stop returns though the output refuses everything")
  func stopFails() throws {
    var bench = try ESCBench()
    _ = try bench.pulses([0, 0, 0, 0, 1])
    bench.output.fails = true
    bench.bus.forget()
    bench.esc.stop()
    #expect(bench.bus.trace.first == "PWM0 high 1000us!")
    #expect(bench.bus.trace.dropFirst().allSatisfy { $0 == "PWM0 stop!" })
  }

  @Test("Times that make no sense are refused", arguments: [(-1.0, 1.0), (.infinity, 1), (1, 0)])
  func refusals(armS: Double, approachPerS: Double) {
    let output = TestPWM(bus: ScriptedBus(address: 0x40))
    let error = thrown {
      try ESC(
        channel: .output(output, period: Interval(nanoseconds: 20_000_000)),
        settings: ESC.Settings(
          pulseUs: 1000...2000, isTwoWay: false, armS: armS, approachPerS: approachPerS), index: 0)
    }
    guard case .unsupported("ESC", "arming and approach", _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
