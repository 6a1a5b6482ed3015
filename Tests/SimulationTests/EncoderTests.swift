// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Safety
import Simulation
import Testing

/// The real decoder on a fake shaft.
struct EncoderTests {
  static let countsPerTurn = 1496  // 11 lines, a gear of 34, four edges
  static let radPerCount = 2 * .pi / Double(countsPerTurn)

  private func pair(isSwapped: Bool = false) -> (FakeEncoder, QuadratureEncoder) {
    let shaft = FakeEncoder(
      a: "ENC_A", b: "ENC_B", countsPerTurn: Self.countsPerTurn, isSwapped: isSwapped)
    return (
      shaft,
      QuadratureEncoder(
        a: shaft.a, b: shaft.b,
        settings: QuadratureEncoder.Settings(countsPerTurn: Self.countsPerTurn))
    )
  }

  @Test("The shaft's lines go through 00, 10, 11, 01, a quarter apart, forward and back")
  func fake() throws {
    let shaft = FakeEncoder(a: "A", b: "B", countsPerTurn: 4)
    var seen: [String] = []
    func look() throws {
      for (name, line) in [("A", shaft.a), ("B", shaft.b)] {
        while let edge = try line.nextEdge() {
          seen.append("\(name)\(edge.isRising ? "+" : "-")\(edge.at.nanoseconds / 1_000_000)")
        }
      }
    }
    shaft.turn(toRad: 0.3, at: Instant(ms: 100))
    shaft.turn(toRad: 0.3 + 2 * .pi, at: Instant(ms: 500))
    try look()
    #expect(seen == ["A+180", "A-380", "B+280", "B-480"])
    seen = []
    shaft.turn(toRad: -0.1, at: Instant(ms: 900))
    try look()
    #expect(seen.map { $0.prefix(2) } == ["A+", "A-", "B+", "B-", "B+"])
  }

  @Test(
    "Forward, back, fast and slow: the angle is the shaft's, to a count",
    arguments: [1, 2, 3] as [UInt64])
  func follows(seed: UInt64) throws {
    let (shaft, encoder) = pair()
    var random = SeededGenerator(seed: seed, stream: "shaft")
    var (angle, speed, ms) = (0.0, 0.0, Int64(0))
    for _ in 0..<2000 {
      ms += 4
      speed = min(max(speed + random.uniform(-1...1), -12), 12)
      angle += 0.004 * speed
      shaft.turn(toRad: angle, at: Instant(ms: ms))
      try encoder.update(now: Instant(ms: ms))
      // What was counted is at least a millisecond old; the first edge only shows a level.
      #expect(abs(encoder.angleRad - angle) <= 2 * Self.radPerCount + 0.006 * 12)
    }
    try encoder.update(now: Instant(ms: ms + 10))
    #expect(abs(encoder.angleRad - angle) < 2.1 * Self.radPerCount)
    #expect(encoder.lostEdges == 0)
  }

  @Test(
    "Speed is right to a percent from a crawl to full, and 0 at a stand",
    arguments: [0.1, 1, 9, -9])
  func speed(radS: Double) throws {
    let (shaft, encoder) = pair()
    for tick in Int64(1)...200 {
      shaft.turn(toRad: radS * 0.004 * Double(tick), at: Instant(ms: 4 * tick))
      try encoder.update(now: Instant(ms: 4 * tick))
    }
    #expect(abs(encoder.speedRadS / radS - 1) < 0.01)
    try encoder.update(now: Instant(ms: 1000))
    #expect(encoder.speedRadS == 0)
  }

  @Test("A loop that came too late lost edges: told, counted, and the decoder goes on")
  func late() throws {
    let (shaft, encoder) = pair()
    shaft.turn(toRad: 0.05, at: Instant(ms: 10))
    try encoder.update(now: Instant(ms: 12))
    let turned = 400 * Self.radPerCount
    shaft.turn(toRad: 0.05 + turned, at: Instant(ms: 110))  // 200 edges a line, 16 kept
    // Of the 32 that were kept, the first counts against an unknown level: lost too.
    #expect(throws: DeviceError.edges(.lost(369, read: 32), line: "ENC_A, ENC_B")) {
      try encoder.update(now: Instant(ms: 112))
    }
    #expect(encoder.lostEdges == 369)
    let before = encoder.counts
    shaft.turn(toRad: 0.05 + turned + 8 * Self.radPerCount, at: Instant(ms: 120))
    try encoder.update(now: Instant(ms: 122))
    #expect(encoder.counts == before + 8 && encoder.lostEdges == 369)
  }

  @Test("A single lost edge is counted and costs at most two counts", arguments: 3...30)
  func oneLost(at count: Int) throws {
    let (shaft, encoder) = pair()
    for tick in 1...60 {
      if tick == count { shaft.a.lose(1) }
      shaft.turn(toRad: Self.radPerCount * (Double(tick) + 0.5), at: Instant(ms: Int64(tick)))
      try encoder.update(now: Instant(ms: Int64(tick)))
    }
    try encoder.update(now: Instant(ms: 70))
    #expect((1...2).contains(encoder.lostEdges))
    #expect((57...59).contains(encoder.counts))
  }

  @Test("Reversed wires end in a typed error, right ones do not", arguments: [false, true])
  func reversed(isSwapped: Bool) throws {
    let (shaft, encoder) = pair(isSwapped: isSwapped)
    var check = DirectionCheck(index: 0)
    var gate = OpenGate(actuators: 1)
    var found: DeviceError?
    for tick in Int64(1)...300 {
      shaft.turn(toRad: 0.02 * Double(tick), at: Instant(ms: 4 * tick))
      try encoder.update(now: Instant(ms: 4 * tick))
      do throws(DeviceError) {
        try check.check(
          gate.command([0.5, 0, 0, 0, 0, 0, 0, 0]), encoder, now: Instant(ms: 4 * tick))
      } catch { found = found ?? error }
    }
    #expect(found == (isSwapped ? .edges(.reversed, line: "ENC_A, ENC_B") : nil))
  }
}
