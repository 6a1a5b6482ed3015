// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Simulation
import Testing

struct FakeLineTests {
  private func edges(_ line: FakeEdgeLine) throws -> [Edge] {
    var edges: [Edge] = []
    while let edge = try line.nextEdge() { edges.append(edge) }
    return edges
  }

  @Test("A line tells the edges that were asked for, numbers them, and not a level that stays")
  func kinds() throws {
    for (kind, expected) in [
      (EdgeKind.rising, [true, true]), (.falling, [false, false]),
      (.both, [true, false, true, false])
    ] {
      let line = FakeEdgeLine(name: "X", kind: kind)
      for (index, high) in [true, true, false, true, false].enumerated() {
        line.set(high: high, at: Instant(ms: Int64(index)))
      }
      let found = try edges(line)
      #expect(found.map(\.isRising) == expected)
      #expect(found.map(\.sequence) == expected.indices.map { UInt32($0 + 1) })
    }
  }

  @Test("The queue keeps the newest sixteen, and lost edges leave a gap in the numbers")
  func bounded() throws {
    let line = FakeEdgeLine(name: "X", kind: .both)
    for ms in Int64(1)...20 { line.set(high: ms % 2 == 1, at: Instant(ms: ms)) }
    #expect(try edges(line).map(\.sequence) == (5...20).map { UInt32($0) })
    line.lose(2)
    for ms in Int64(21)...24 { line.set(high: ms % 2 == 1, at: Instant(ms: ms)) }
    #expect(try edges(line).map(\.sequence) == [23, 24])
    line.error = LineError(line: "X", errno: 19)
    #expect(throws: LineError(line: "X", errno: 19)) { try line.nextEdge() }
  }

  @Test("An output line is where it is pulled until somebody drives it")
  func pulled() throws {
    for isPulledHigh in [false, true] {
      let line = FakeOutputLine(name: "X", isPulledHigh: isPulledHigh)
      #expect(line.isHigh == isPulledHigh)
      for high in [true, false] {
        try line.set(high: high)
        #expect(line.isHigh == high)
      }
      line.release()
      #expect(line.isHigh == isPulledHigh)
      line.error = LineError(line: "X", errno: 16)
      #expect(throws: LineError.self) { try line.set(high: !isPulledHigh) }
      #expect(line.isHigh == isPulledHigh)
    }
  }

  @Test("A PWM output is low until told, refuses a pulse longer than its cycle, and stops")
  func pwm() throws {
    let output = FakePWMOutput(name: "PWM0")
    #expect(throws: PWMError(output: "PWM0", errno: 22)) { try output.set(high: .zero) }
    try output.start(period: Interval(nanoseconds: 1000))
    #expect(output.duty == 0)
    try output.set(high: Interval(nanoseconds: 250))
    #expect(output.duty == 0.25)
    #expect(throws: PWMError.self) { try output.set(high: Interval(nanoseconds: 1001)) }
    try output.stop()
    #expect(output.duty == 0 && output.highS == 0)
  }

  @Test("The DRV8833 sleeps until driven; table 2 says what its inputs do; a short pulls nFAULT")
  func drv8833() throws {
    let bridge = FakeDRV8833(sleepLine: "SLEEP", faultLine: "FAULT")
    #expect(bridge.drive(in1: 1, in2: 0) == .coasting)
    try bridge.set(high: true)
    #expect(bridge.drive(in1: 0, in2: 0) == .coasting)
    #expect(bridge.drive(in1: 1, in2: 0) == .driven(1))
    #expect(bridge.drive(in1: 0, in2: 1) == .driven(-1))
    #expect(bridge.drive(in1: 1, in2: 1) == .driven(0))
    #expect(bridge.drive(in1: 1, in2: 0.75) == .driven(0.25))
    #expect(try bridge.fault.isHigh())
    bridge.short(true)
    #expect(bridge.drive(in1: 1, in2: 0) == .coasting)
    #expect(try !bridge.fault.isHigh())
    try bridge.set(high: false)
    #expect(try bridge.fault.isHigh())
  }

  @Test("An ESC is deaf before it saw rest for its time, and after its signal was gone")
  func esc() {
    let esc = FakeESC(pulseUs: 1000...2000, isTwoWay: false, armS: 0.1, signalLossS: 0.2)
    func feel(_ us: Double, _ ms: ClosedRange<Int64>) {
      for at in ms { esc.feel(pulseS: us * 1e-6, now: Instant(ms: at)) }
    }
    feel(1500, 0...500)
    #expect(!esc.isArmed && esc.throttle == 0)
    feel(1000, 501...600)
    #expect(!esc.isArmed)
    feel(1000, 601...601)
    #expect(esc.isArmed)
    feel(1500, 602...610)
    #expect(esc.throttle == 0.5 && esc.largestJump == 0.5)
    feel(0, 611...810)
    #expect(esc.throttle == 0.5, "it goes on with what it heard last")
    feel(0, 811...811)
    #expect(!esc.isArmed && esc.throttle == 0)
  }

  @Test("A servo follows its pulses, presses on its ends, and lets go without")
  func servo() {
    let servo = FakeServo(pulseUs: 1000...2000, standingAt: 0.2)
    servo.feel(pulseS: 1.75e-3)
    #expect(abs(servo.position - 0.5) < 1e-9 && abs(servo.largestJump - 0.3) < 1e-9)
    servo.push(to: 0)
    #expect(abs(servo.position - 0.5) < 1e-9)
    servo.feel(pulseS: 0)
    servo.push(to: 0)
    #expect(servo.position == 0 && !servo.isHolding)
    servo.feel(pulseS: 2.3e-3)
    #expect(servo.position == 1 && servo.pulsesBeyond == 1)
  }

  @Test("A relay's contact tells how fast it was switched")
  func relay() throws {
    var now = Instant.zero
    let relay = FakeRelay(line: "PUMP") { now }
    #expect(!relay.isClosed && relay.shortestS == nil)
    for (ms, high) in [(0, true), (10, true), (30, false), (80, true)] as [(Int64, Bool)] {
      now = Instant(ms: ms)
      try relay.set(high: high)
    }
    #expect(relay.movedAt.count == 3 && abs((relay.shortestS ?? 0) - 0.03) < 1e-12)
  }
}
