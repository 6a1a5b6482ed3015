// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Safety
import Testing

/// An encoder of 8 counts a turn, whose edges a test writes.
struct EncoderBench {
  let a = TestEdges(name: "ENC_A")
  let b = TestEdges(name: "ENC_B")
  let encoder: QuadratureEncoder
  private var phase = 0
  private(set) var ms = 0.0

  init(isInverted: Bool = false) {
    encoder = QuadratureEncoder(
      a: a, b: b,
      settings: QuadratureEncoder.Settings(
        countsPerTurn: 8, isInverted: isInverted, standstillS: 0.1))
  }

  /// Steps through 00, 10, 11, 01, one edge every `everyMs`.
  mutating func turn(_ steps: Int, everyMs: Double = 2) {
    for _ in 0..<abs(steps) {
      ms += everyMs
      let forward = steps > 0
      // The line that changes on the way from this phase to the next, and where it goes.
      let edge = forward ? phase : (phase + 3) % 4
      let isA = edge == 0 || edge == 2
      let rises = forward ? edge < 2 : edge >= 2
      (isA ? a : b).edge(rising: rises, atMs: ms)
      phase = (phase + (forward ? 1 : 3)) % 4
    }
  }

  func look(atMs ms: Double? = nil) throws(DeviceError) {
    try encoder.update(now: Instant(nanoseconds: Int64((ms ?? self.ms + 1.5) * 1e6)))
  }
}

struct QuadratureEncoderTests {
  @Test("Forward counts up on all four edges, backward down, once both levels are known")
  func counts() throws {
    var bench = EncoderBench()
    bench.turn(2)  // the first edge of A only shows its level
    try bench.look()
    #expect(bench.encoder.counts == 1)
    bench.turn(16)
    try bench.look()
    #expect(bench.encoder.counts == 17)
    #expect(abs(bench.encoder.angleRad - 17 * .pi / 4) < 1e-12)
    bench.turn(-20)
    try bench.look()
    #expect(bench.encoder.counts == -3 && bench.encoder.lostEdges == 0)
  }

  @Test("Inverted, the same edges count and turn the other way")
  func inverted() throws {
    var bench = EncoderBench(isInverted: true)
    bench.turn(10)
    try bench.look()
    #expect(bench.encoder.counts == -9 && bench.encoder.speedRadS < 0)
  }

  @Test("An edge younger than a millisecond waits for those of the other line")
  func settling() throws {
    var bench = EncoderBench()
    bench.turn(4, everyMs: 10)
    try bench.look(atMs: 30.9)
    #expect(bench.encoder.counts == 1)
    try bench.look(atMs: 31.1)
    #expect(bench.encoder.counts == 2)
    try bench.look(atMs: 60)
    #expect(bench.encoder.counts == 3)
  }

  @Test("However the looks fall, the count is the same", arguments: [1.0, 3, 7, 50])
  func lookTimes(everyMs: Double) throws {
    var bench = EncoderBench()
    bench.turn(11)
    bench.turn(-5)
    bench.turn(30)
    var ms = 0.0
    while ms < bench.ms + 2 {
      try bench.look(atMs: ms)
      ms += everyMs
    }
    try bench.look(atMs: bench.ms + 100)
    #expect(bench.encoder.counts == 35 && bench.encoder.lostEdges == 0)
  }

  @Test("Speed is by the time between edges, to four of them")
  func speed() throws {
    var bench = EncoderBench()
    bench.turn(20, everyMs: 5)
    try bench.look()
    #expect(abs(bench.encoder.speedRadS - .pi / 4 / 0.005) < 1e-6)
    bench.turn(-20, everyMs: 4)
    try bench.look()
    #expect(abs(bench.encoder.speedRadS + .pi / 4 / 0.004) < 1e-6)
  }

  @Test("Unequal phases do not show in the speed: a whole cycle is timed")
  func unequalPhases() throws {
    var bench = EncoderBench()
    for _ in 0..<5 { for ms in [1.0, 4, 2, 5] { bench.turn(1, everyMs: ms) } }
    try bench.look(atMs: bench.ms + 1.5)
    #expect(abs(bench.encoder.speedRadS - .pi / 4 / 0.003) < 1e-6)
  }

  @Test("Without edges the speed falls as the time since the last, and is 0 after the timeout")
  func standstill() throws {
    var bench = EncoderBench()
    bench.turn(20, everyMs: 5)
    try bench.look(atMs: 100 + 1 + 50)
    #expect(abs(bench.encoder.speedRadS - .pi / 4 / 0.05) < 1e-6)
    try bench.look(atMs: 100 + 1 + 100)
    #expect(bench.encoder.speedRadS == 0)
  }

  @Test("The first edge after a standstill is no speed yet, nor the first after a turn round")
  func unknownSpeed() throws {
    var bench = EncoderBench()
    bench.turn(20)
    try bench.look(atMs: 1000)
    bench.turn(1, everyMs: 1000)
    try bench.look()
    #expect(bench.encoder.speedRadS == 0 && bench.encoder.counts == 20)
    bench.turn(1)
    try bench.look()
    #expect(abs(bench.encoder.speedRadS - .pi / 4 / 0.002) < 1e-6)
    bench.turn(-1)
    try bench.look()
    #expect(bench.encoder.speedRadS == 0)
  }
}

/// Edges that never come.
struct LostEdgeTests {
  @Test("A gap in a line's numbers is counted, with the other line's edges that it spoils")
  func gap() throws {
    var bench = EncoderBench()
    bench.turn(9)
    try bench.look()
    #expect(bench.encoder.counts == 8)
    // Next: B rises. It is lost, as is A's fall, counted against B's unknown level.
    bench.b.lose(1)
    bench.a.edge(rising: false, atMs: bench.ms + 2)
    bench.b.edge(rising: false, atMs: bench.ms + 4)
    bench.a.edge(rising: true, atMs: bench.ms + 6)
    try bench.look(atMs: bench.ms + 20)
    #expect(bench.encoder.lostEdges == 2)
    #expect(bench.encoder.counts == 10)
  }

  @Test("The same level twice is a missed edge: the two cancel out, and it is counted")
  func repeated() throws {
    var bench = EncoderBench()
    bench.turn(9)
    try bench.look()
    bench.a.edge(rising: true, atMs: bench.ms + 2)  // A is high already
    bench.turn(3, everyMs: 4)
    try bench.look()
    #expect(bench.encoder.counts == 11 && bench.encoder.lostEdges == 1)
  }

  @Test("More lost than read is an error; the next look goes on")
  func mostlyLost() throws {
    var bench = EncoderBench()
    bench.turn(8)
    try bench.look()
    bench.a.lose(20)
    bench.turn(4)
    let error = thrown { try bench.look() }
    #expect(error == .edges(.lost(20, read: 4), line: "ENC_A, ENC_B"))
    #expect("\(try #require(error))".contains("Read it more often"))
    bench.turn(4)
    try bench.look()
    #expect(bench.encoder.lostEdges == 20)
  }

  @Test("A line that cannot be read is told by its name", arguments: [true, false])
  func lineFails(isA: Bool) {
    let bench = EncoderBench()
    let error = LineError(line: isA ? "ENC_A" : "ENC_B", errno: 19)
    (isA ? bench.a : bench.b).error = error
    #expect(thrown { try bench.look() } == .line(error))
  }
}

struct DirectionCheckTests {
  /// Half a turn of the encoder in each tenth of a second of these commands.
  private func error(_ commands: [Double], steps: Int) -> DeviceError? {
    var bench = EncoderBench()
    var gate = ArmedGate()
    var check = DirectionCheck(index: 0)
    return thrown { () -> Any in
      for value in commands {
        bench.turn(steps, everyMs: 100 / Double(max(1, abs(steps))))
        if steps == 0 { try bench.look(atMs: 1000) } else { try bench.look() }
        let now = Instant(nanoseconds: Int64(bench.ms * 1e6))
        try check.check(gate.command([value, 0, 0, 0, 0, 0, 0, 0]), bench.encoder, now: now)
      }
      return bench.encoder.counts
    }
  }

  @Test("A wheel that goes with its motor is well, forward and backward")
  func right() {
    #expect(error([Double](repeating: 0.5, count: 20), steps: 4) == nil)
    #expect(error([Double](repeating: -0.5, count: 20), steps: -4) == nil)
  }

  @Test("A wheel that goes against its motor is told after half a second", arguments: [4, -4])
  func reversed(steps: Int) throws {
    let against = steps > 0 ? -0.5 : 0.5
    let expected = DeviceError.edges(.reversed, line: "ENC_A, ENC_B")
    #expect(error([Double](repeating: against, count: 5), steps: steps) == nil)
    #expect(error([Double](repeating: against, count: 8), steps: steps) == expected)
    #expect("\(expected)".contains("Swap A and B"))
  }

  @Test("Weak and changing commands prove nothing, nor does a wheel that stands")
  func patience() {
    #expect(error([Double](repeating: -0.19, count: 20), steps: 4) == nil)
    let changing = (0..<20).map { $0 % 8 < 4 ? -0.5 : 0.5 }
    #expect(error(changing, steps: 4) == nil)
    #expect(error([Double](repeating: 1, count: 20), steps: 0) == nil)
  }
}
