// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Safety
import Testing

/// Writes what it is told into a bus's trace, and fails on demand.
final class TestActuator: Actuators {
  let setPoints: Range<Int>
  let bus: ScriptedBus
  let name: String
  var fails = false

  init(_ name: String, _ setPoints: Range<Int>, bus: ScriptedBus) {
    (self.name, self.setPoints, self.bus) = (name, setPoints, bus)
  }

  func start(clock: any Clock) throws(DeviceError) { try tell("start") }
  func apply(_ command: SafeCommand) throws(DeviceError) {
    try tell("apply \(command.setPoints[setPoints.lowerBound])")
  }
  func stop() { bus.note("\(name) stop") }

  private func tell(_ what: String) throws(DeviceError) {
    bus.note("\(name) \(what)")
    if fails { throw .line(LineError(line: name, errno: 16)) }
  }
}

struct ActuatorGroupTests {
  let bus = ScriptedBus(address: 0x40)
  let clock = TestClock()
  let members: [TestActuator]
  let group: ActuatorGroup
  var gate = ArmedGate()

  init() {
    members = [("a", 1..<2), ("b", 2..<4), ("c", 0..<1)].map { [bus] in
      TestActuator($0.0, $0.1, bus: bus)
    }
    group = ActuatorGroup(members)
  }

  @Test("A group spans its members' set points, starts and drives them in order, and stops all")
  mutating func order() throws {
    #expect(group.setPoints == 0..<4)
    try group.start(clock: clock)
    #expect(bus.trace == ["a start", "b start", "c start"])
    bus.forget()
    gate = ArmedGate(actuators: 4)
    try group.apply(gate.command([0.1, 0.2, 0.3, 0.4, 0, 0, 0, 0]))
    #expect(bus.trace == ["a apply 0.2", "b apply 0.3", "c apply 0.1"])
    bus.forget()
    group.stop()
    group.stop()
    #expect(bus.trace == ["a stop", "b stop", "c stop", "a stop", "b stop", "c stop"])
  }

  @Test("When one does not start, no later one is started, all stop, and its error is told")
  func startFails() {
    members[1].fails = true
    #expect(
      thrown { try group.start(clock: clock) } == .line(LineError(line: "b", errno: 16)))
    #expect(bus.trace == ["a start", "b start", "a stop", "b stop", "c stop"])
  }

  @Test("When one cannot follow, all stop, and its error is told", arguments: 0..<3)
  mutating func applyFails(index: Int) {
    members[index].fails = true
    let command = gate.command([0.1, 0.2, 0, 0, 0, 0, 0, 0])
    #expect(
      thrown { try group.apply(command) } == .line(LineError(line: members[index].name, errno: 16)))
    #expect(bus.trace.suffix(3) == ["a stop", "b stop", "c stop"])
    #expect(bus.trace.count == index + 4)
  }

  @Test("On a dead bus every bridge is asleep before any bus is waited for")
  func bridgesSleepFirst() throws {
    let lines = ["STBY0", "STBY1"].map { TestOutput(bus: bus, name: $0, label: $0) }
    let chip = try PCA9685(device: I2CDevice(bus: bus, address: 0x40), frequencyHz: 1000)
    let bridges = try [(BridgeChip.drv8833, 0), (.drv8833, 2)].map { bridge, first in
      try bridge.driver(
        motors: [
          BridgeMotor(in1: .chip(chip, channel: first), in2: .chip(chip, channel: first + 1))
        ],
        sleep: lines[first / 2], first: first / 2)
    }
    bus.lasting = .timedOut
    ActuatorGroup(bridges).stop()
    #expect(bus.trace.prefix(2) == ["STBY0 low", "STBY1 low"])
    #expect(bus.trace.count == 8, "each says it once more and tries the bus twice")
  }

  @Test("ESCs rest first and end last, together: nobody waits for their two cycles, nor they twice")
  mutating func restsFirst() throws {
    let outputs = ["PWM0", "PWM1"].map { TestPWM(bus: bus, name: $0) }
    let escs = try outputs.enumerated().map { index, output in
      try ESC(
        channel: .output(output, period: Interval(nanoseconds: 20_000_000)),
        settings: ESC.Settings(pulseUs: 1000...2000, isTwoWay: false, armS: 0), index: index)
    }
    let mixed = ActuatorGroup([escs[0], members[0], escs[1]])
    try mixed.start(clock: clock)
    for _ in 0..<5 {
      try mixed.apply(gate.command([1, 1, 0, 0, 0, 0, 0, 0]))
      clock.now = clock.now + Interval(nanoseconds: 1_000_000_000)
    }
    bus.forget()
    let before = clock.now
    mixed.stop()
    #expect(
      bus.trace
        == ["PWM0 high 1000us", "PWM1 high 1000us", "a stop", "PWM0 stop", "PWM1 stop"])
    #expect(clock.now == before + Interval(nanoseconds: 40_000_000))
  }
}
