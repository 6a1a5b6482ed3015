// SPDX-License-Identifier: Apache-2.0
import Runtime
import Testing

@Suite("Recovery: going round what imagination cannot see")
struct RecoveryTests {
  private let forward = SIMD8<Float>(1, 1, 0, 0, 0, 0, 0, 0)

  /// Decisions until a way round begins: each promises `promise`, and `real` of progress comes.
  private func decisions(
    promise: Float, real: Float, bumpAt: Int? = nil, from start: Float = 1
  ) -> Int? {
    var recovery = Recovery()
    var distance = start
    for decision in 0..<20 {
      let force = decision == bumpAt ? 30.0 : 1
      if recovery.observe(distance: distance, peakForceMS2: force) { return decision }
      recovery.expect(distance - promise, action: forward)
      distance -= real
    }
    return nil
  }

  @Test("leaves a robot alone whose promises come true")
  func progress() {
    #expect(decisions(promise: 0.04, real: 0.04) == nil)
    #expect(decisions(promise: 0.04, real: 0.02) == nil, "half of the promise is enough")
  }

  @Test("begins after four broken promises, after two when a bump was felt")
  func broken() {
    #expect(decisions(promise: 0.1, real: 0) == 4)
    #expect(decisions(promise: 0.1, real: 0, bumpAt: 1) == 2)
    #expect(decisions(promise: 0.1, real: -0.05, bumpAt: 2) == 2)
  }

  @Test("does not begin where nothing was promised, nor within reach of the goal")
  func patience() {
    #expect(decisions(promise: 0.01, real: 0) == nil)
    #expect(decisions(promise: 0.1, real: 0, from: 0.29) == nil)
  }

  @Test("backs off against the direction in which it was stuck, then goes on in it", arguments: [
    Float(1), -1
  ])
  func directions(direction: Float) {
    var recovery = Recovery()
    recovery.expect(0, action: direction * forward)
    recovery.drawUp()
    for number in 0..<Recovery.waysRound {
      recovery.begin(number)
      var way: [SIMD8<Float>] = []
      while recovery.remaining > 0 { way.append(recovery.next()) }
      #expect(way.count == Recovery.length)
      #expect(way.first?[0] == -direction && way.first?[1] == -direction)
      #expect(way.last?[0] == direction && way.last?[1] == direction)
      #expect(way.contains { $0[0] == -$0[1] }, "it turns in between")
    }
  }

  @Test("offers different ways, to both sides")
  func variety() {
    var recovery = Recovery()
    recovery.drawUp()
    let size = Recovery.length * 2
    let ways = (0..<Recovery.waysRound).map {
      Array(recovery.candidates[$0 * size..<($0 + 1) * size])
    }
    #expect(Set(ways).count == Recovery.waysRound)
    #expect(ways.contains { $0.contains(0.9) } && ways.contains { $0.contains(-0.9) })
  }
}
