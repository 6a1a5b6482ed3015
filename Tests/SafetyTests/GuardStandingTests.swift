// SPDX-License-Identifier: Apache-2.0
import Quantities
import Safety
import Testing

@Suite("What the guard tells the runtime")
struct GuardStandingTests {
  @Test("Every rung and fault comes back as it was sent", arguments: GuardLadder.Rung.allCases)
  func roundTrip(_ rung: GuardLadder.Rung) {
    for fault in GuardFault.allCases.map(Optional.some) + [nil] {
      for isOn in [true, false] {
        var standing = GuardStanding(
          at: Instant(nanoseconds: 123_456_789_012), rung: rung, fault: fault,
          enablesOutputs: isOn, seen: (session: 0xFFFF_FFFF, sequence: UInt64.max))
        #expect(GuardStanding(words: standing.words) == standing)
        #expect(GuardStanding(words: standing.words)?.seen?.sequence == UInt64.max)
        standing.seen = nil
        #expect(GuardStanding(words: standing.words) == standing)
        #expect(GuardStanding(words: standing.words)?.seen == nil)
      }
    }
  }

  @Test("It is what the ladder found at its last look")
  func fromLadder() {
    var ladder = GuardLadder()
    let now = Instant(nanoseconds: 5_000_000)
    #expect(GuardStanding(ladder, enablesOutputs: false, at: now).seen == nil)
    let heartbeat = Heartbeat(
      session: 9, sequence: 4, sentAt: now, nextBy: now, wantsOutputs: true, isLeaving: false,
      imuSamples: 1)
    _ = ladder.look(heartbeat.words, now: now)
    let standing = GuardStanding(ladder, enablesOutputs: true, at: now)
    #expect(standing.rung == .holding && standing.fault == .notRested && standing.enablesOutputs)
    #expect(standing.seen?.session == 9 && standing.seen?.sequence == 4 && standing.at == now)
  }

  @Test("With one bit flipped it is none", arguments: 0..<8)
  func flippedBits(_ word: Int) {
    let good = GuardStanding(
      at: Instant(nanoseconds: 77), rung: .allowing, fault: .silent, enablesOutputs: true,
      seen: (session: 3, sequence: 8)
    ).words
    for bit in 0..<64 {
      var bad = good
      bad[word] ^= 1 << UInt64(bit)
      #expect(GuardStanding(words: bad) == nil)
    }
  }

  @Test("A heartbeat is no standing, a standing no heartbeat, and zeros are neither")
  func strangers() {
    let standing = GuardStanding(at: .zero, rung: .waiting)
    let heartbeat = Heartbeat(
      session: 1, sequence: 1, sentAt: .zero, nextBy: .zero, wantsOutputs: false,
      isLeaving: false, imuSamples: 0)
    #expect(Heartbeat(words: standing.words) == nil)
    #expect(GuardStanding(words: heartbeat.words) == nil)
    #expect(GuardStanding(words: SIMD8<UInt64>(repeating: 0)) == nil)
    #expect(Heartbeat(words: SIMD8<UInt64>(repeating: 0)) == nil)
  }

  @Test("Every fault says what to do about it", arguments: GuardFault.allCases)
  func words(_ fault: GuardFault) {
    #expect(fault.description.count > 30 && fault.description.hasSuffix("."))
  }
}
