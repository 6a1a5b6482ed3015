// SPDX-License-Identifier: Apache-2.0
import Quantities
import Safety
import Testing

/// What lies in shared memory, word by word: runtime and guard may be of two builds.
@Suite("The guard's words")
struct GuardWordsTests {
  /// Written for the test from the definition: FNV-1a with 64-bit words, folded after each.
  private func check(_ words: SIMD8<UInt64>) -> UInt64 {
    var value: UInt64 = 14_695_981_039_346_656_037
    for i in 0...6 {
      value ^= words[i]
      value = value.multipliedReportingOverflow(by: 1_099_511_628_211).partialValue
      value ^= value / 4_294_967_296
    }
    return value
  }

  @Test("a heartbeat lies in memory as the layout says")
  func layout() {
    let heartbeat = Heartbeat(
      session: 0xDEAD_BEEF, sequence: 42, sentAt: Instant(nanoseconds: 5_000_000_000),
      nextBy: Instant(nanoseconds: -1), wantsOutputs: true, isLeaving: true,
      imuSamples: 0xFFFF_FFFF)
    let words = heartbeat.words
    #expect(words[0] == 0x554D_5748_0000_0001 && words[1] == 0xDEAD_BEEF && words[2] == 42)
    #expect(words[3] == 5_000_000_000 && words[4] == .max && words[5] == 3)
    #expect(words[6] == 0xFFFF_FFFF && words[7] == check(words))
    #expect(Heartbeat(words: words) == heartbeat)
    for (wants, leaves, word) in [(true, false, UInt64(1)), (false, true, 2), (false, false, 0)] {
      var other = heartbeat
      (other.wantsOutputs, other.isLeaving) = (wants, leaves)
      #expect(other.words[5] == word && Heartbeat(words: other.words) == other)
    }
  }

  @Test("relays lie in a byte of their own, and nothing beside it")
  func relays() {
    var beat = Heartbeat(
      session: 1, sequence: 1, sentAt: .zero, nextBy: .zero, wantsOutputs: true, isLeaving: false,
      imuSamples: 1)
    #expect(beat.relays == 0)
    for relays in [UInt8(1), 0x80, 0xFF] {
      beat.relays = relays
      #expect(beat.words[5] == 1 + 256 * UInt64(relays))
      #expect(Heartbeat(words: beat.words) == beat)
    }
  }

  @Test("words with a right check are no heartbeat where a word cannot be one's")
  func forged() {
    let good = Heartbeat(
      session: 1, sequence: 1, sentAt: .zero, nextBy: .zero, wantsOutputs: false, isLeaving: false,
      imuSamples: 1
    ).words
    let wrong: [(Int, UInt64)] = [
      (0, 0x554D_5748_0000_0002), (0, 0x554D_5748_0000_0000), (1, 0x1_0000_0000),
      (5, 4), (5, 0x80), (5, 0x10000), (5, 1 << 63), (6, 0x1_0000_0000)
    ]
    for (index, value) in wrong {
      var words = good
      words[index] = value
      words[7] = check(words)
      #expect(Heartbeat(words: words) == nil, "word \(index) is \(value)")
    }
    var largest = good
    (largest[1], largest[6]) = (0xFFFF_FFFF, 0xFFFF_FFFF)
    largest[7] = check(largest)
    #expect(Heartbeat(words: largest)?.session == .max)
  }

  @Test("a standing lies in memory as the layout says")
  func standingLayout() {
    let faults: [GuardFault] = [
      .silent, .stuck, .backward, .skipping, .absurdTimes, .noSamples, .newSession, .notRested
    ]
    let rungs: [GuardLadder.Rung] = [
      .waiting, .left, .allowing, .holding, .recording, .resetting
    ]
    for (index, rung) in rungs.enumerated() {
      let words = GuardStanding(at: Instant(nanoseconds: 9), rung: rung).words
      #expect(words[0] == 0x554D_5747_0000_0001 && words[3] == 9)
      #expect(words[4] == UInt64(index + 1) && words[5] == 0 && words[6] == 0)
      #expect(words[1] == 0 && words[2] == 0 && words[7] == check(words))
    }
    for (index, fault) in faults.enumerated() {
      let words = GuardStanding(
        at: .zero, rung: .holding, fault: fault, enablesOutputs: true, seen: (5, 6)
      ).words
      #expect(words[1] == 5 && words[2] == 6 && words[5] == UInt64(index + 2) && words[6] == 3)
    }
  }

  @Test("words with a right check are no standing where a word cannot be one's")
  func forgedStanding() {
    let good = GuardStanding(at: .zero, rung: .waiting).words
    let wrong: [(Int, UInt64)] = [
      (0, 0x554D_5747_0000_0002), (1, 0x1_0000_0000), (4, 0), (4, 7), (5, 1), (5, 10), (6, 4)
    ]
    for (index, value) in wrong {
      var words = good
      words[index] = value
      words[7] = check(words)
      #expect(GuardStanding(words: words) == nil, "word \(index) is \(value)")
    }
    var largest = good
    (largest[1], largest[6]) = (0xFFFF_FFFF, 2)
    largest[7] = check(largest)
    #expect(GuardStanding(words: largest)?.seen?.session == .max)
  }
}
