// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Safety
import Testing

struct RelayTests {
  let bus = ScriptedBus(address: 0x40)
  let clock = TestClock()
  let line: TestOutput
  let relay: Relay
  var gate = ArmedGate()

  init() throws {
    line = TestOutput(bus: bus, name: "PUMP", label: "PUMP")
    relay = Relay(channel: .line(line), minimumOnS: 0.3, minimumOffS: 0.5, index: 0)
    try relay.start(clock: clock)
    bus.forget()
  }

  /// The trace of these commands, 100 ms apart, with the tick in which each change came.
  private mutating func changes(_ commands: [Double]) throws -> [String] {
    var changes: [String] = []
    for (tick, value) in commands.enumerated() {
      bus.forget()
      try relay.apply(gate.command([value, 0, 0, 0, 0, 0, 0, 0]))
      changes += bus.trace.map { "\(tick): \($0)" }
      clock.now = clock.now + Interval(nanoseconds: 100_000_000)
    }
    return changes
  }

  @Test("It is open from the start, and only closes after the minimum off time")
  mutating func start() throws {
    #expect(line.level == false)
    #expect(try changes([1, 1, 1, 1, 1, 1, 1]) == ["5: PUMP high"])
  }

  @Test("It stays closed for the minimum on time, then open for the minimum off time")
  mutating func minima() throws {
    clock.now = Instant(nanoseconds: 1_000_000_000)
    #expect(
      try changes([1, 0, 0, 0, 1, 1, 1, 1, 1, 1])
        == ["0: PUMP high", "3: PUMP low", "8: PUMP high"])
  }

  @Test(
    "It closes at 0.5, not below",
    arguments: [(-1.0, false), (0, false), (0.499, false), (0.5, true), (1, true)])
  mutating func threshold(value: Double, isClosed: Bool) throws {
    clock.now = Instant(nanoseconds: 1_000_000_000)
    _ = try changes([value])
    #expect(line.level == isClosed)
  }

  @Test("A command that is not enabled opens it at once, and its off time begins there")
  mutating func disabled() throws {
    clock.now = Instant(nanoseconds: 1_000_000_000)
    _ = try changes([1])
    try relay.apply(.off(count: 1))
    #expect(line.level == false)
    bus.forget()
    try relay.apply(.off(count: 1))
    #expect(bus.trace.isEmpty)
    // After a stop the line is told again, whatever was told before.
    #expect(try changes([1, 1, 1, 1, 1, 1]) == ["0: PUMP low", "5: PUMP high"])
  }

  @Test("A line that refuses is told; stop tries it twice each time and never throws")
  mutating func fails() throws {
    clock.now = Instant(nanoseconds: 1_000_000_000)
    line.fails = true
    let error = thrown { try changes([1]) }
    #expect(error == .line(LineError(line: "PUMP", errno: 16)))
    bus.forget()
    relay.stop()
    relay.stop()
    #expect(bus.trace == [String](repeating: "PUMP low", count: 4))
    #expect(thrown { try relay.start(clock: clock) } == .line(LineError(line: "PUMP", errno: 16)))
  }
}

struct StopSwitchTests {
  @Test("Untouched is low; pressed, or with a broken wire, it is high; unreadable it throws")
  func levels() throws {
    let line = TestInput(name: "E_STOP")
    let button = StopSwitch(line: line)
    line.level = false
    #expect(try !button.isPressed())
    line.level = true
    #expect(try button.isPressed())
    line.fails = true
    #expect(thrown { try button.isPressed() } == .line(LineError(line: "E_STOP", errno: 16)))
  }
}
