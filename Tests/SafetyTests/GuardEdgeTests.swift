// SPDX-License-Identifier: Apache-2.0
import Quantities
import Safety
import Testing

@Suite("The guard's ladder: edges")
struct GuardEdgeTests {
  @Test("a heartbeat is late only after the whole of the guard's patience")
  func patience() {
    var watch = Watch.allowing()
    watch.wait(0.25)
    #expect(watch.verdict.enablesOutputs)
    watch.wait(0.001)
    #expect(!watch.verdict.enablesOutputs && watch.ladder.fault == .silent)
  }

  @Test("a promised silence is waited for, and only that")
  func promise() {
    var watch = Watch.allowing()
    watch.hear(promiseS: 0.75)
    watch.wait(1)
    #expect(watch.verdict.enablesOutputs)
    watch.wait(0.001)
    #expect(!watch.verdict.enablesOutputs && watch.ladder.fault == .silent)
  }

  @Test("a heartbeat that the guard itself met late is not the runtime's silence")
  func guardLate() {
    var watch = Watch.allowing()
    watch.send()
    watch.wait(0.75)
    #expect(watch.verdict.enablesOutputs, "it was heard just now")
    watch.wait(0.25)
    #expect(watch.verdict.enablesOutputs)
    watch.wait(0.001)
    #expect(!watch.verdict.enablesOutputs)
  }

  @Test("the shortest and the longest promise, and a clock as far ahead as allowed, are believed")
  func believed() {
    for (promiseS, aheadS) in [(0.0, 0.0), (1, 0), (0, 0.5)] {
      var watch = Watch.allowing()
      watch.hear(promiseS: promiseS) {
        let ahead = Interval(seconds: aheadS)
        ($0.sentAt, $0.nextBy) = ($0.sentAt + ahead, $0.nextBy + ahead)
      }
      #expect(watch.verdict.enablesOutputs && watch.ladder.fault == nil)
    }
  }

  @Test("samples that stop are noticed after their time, if the outputs are wanted")
  func samples() {
    for wants in [true, false] {
      var watch = Watch.allowing(wants: wants)
      let samples = watch.beat.imuSamples
      for _ in 0..<16 {
        watch.wait(0.125)
        watch.hear {
          $0.wantsOutputs = wants
          $0.imuSamples = samples
        }
      }
      #expect(watch.ladder.rung == .allowing)
      watch.wait(0.001)
      #expect(watch.ladder.fault == (wants ? .noSamples : nil))
      #expect(watch.ladder.rung == (wants ? .holding : .allowing))
    }
  }

  @Test("rest ends when its time is over, not before, and not while the runtime is silent")
  func rest() {
    var watch = Watch()
    watch.hear()
    watch.live(3.875, wants: false)
    #expect(watch.ladder.rung == .holding)
    watch.live(0.125, wants: false)
    #expect(watch.ladder.rung == .allowing)

    watch = Watch()
    watch.hear()
    watch.live(3.5, wants: false)
    watch.wait(0.75)
    #expect(watch.ladder.rung == .holding, "it rested long enough, but nobody was heard")
    #expect(watch.ladder.fault == nil, "silence while nothing moves is no fault")
    watch.hear()
    #expect(watch.ladder.rung == .allowing, "what it rested before counts")
  }

  @Test("a heartbeat as late as the guard is patient still ends the rest")
  func restAtPatience() {
    var watch = Watch()
    watch.hear()
    watch.live(3.75, wants: false)
    watch.wait(0.25)
    #expect(watch.ladder.rung == .allowing)
  }

  @Test("a lie while it rests makes it rest anew")
  func lieWhileResting() {
    var watch = Watch()
    watch.hear()
    watch.live(3, wants: false)
    watch.hear { $0.sequence -= 1 }
    #expect(watch.ladder.fault == .stuck, "the first fault of a fresh session")
    watch.live(3, wants: false)
    #expect(watch.ladder.rung == .holding)
    watch.live(2, wants: false)
    #expect(watch.ladder.rung == .allowing && watch.ladder.fault == nil)
  }

  @Test("the first fault is kept while it is held")
  func firstFault() {
    var watch = Watch.allowing()
    watch.wait(0.5)
    #expect(watch.ladder.fault == .silent)
    watch.hear { $0.sequence -= 1 }
    watch.hear { $0.sequence += 100 }
    #expect(watch.ladder.fault == .silent)
  }

  @Test("silence is recorded and resets when its times are over, and a heartbeat ends either")
  func recordAndReset() {
    for (silenceS, rung) in [
      (1.0, GuardLadder.Rung.holding), (1.001, .recording), (8, .recording), (8.001, .resetting)
    ] {
      var watch = Watch.allowing()
      watch.wait(silenceS)
      #expect(watch.ladder.rung == rung, "after \(silenceS) s")
      #expect(watch.verdict.kicksWatchdog == (rung != .resetting))
      watch.hear()
      #expect(watch.ladder.rung == .holding && watch.verdict.kicksWatchdog)
    }
  }

  @Test("a new process after one that wanted nothing, or that left, is no fault")
  func quietSuccession() {
    var watch = Watch.allowing(wants: false)
    watch.hear { ($0.session, $0.sequence) = (8, 1) }
    #expect(watch.ladder.rung == .holding && watch.ladder.fault == nil)

    watch = Watch.allowing()
    watch.hear { $0.isLeaving = true }
    #expect(watch.ladder.rung == .left)
    watch.hear { ($0.session, $0.sequence, $0.isLeaving, $0.wantsOutputs) = (8, 1, false, false) }
    #expect(watch.ladder.rung == .holding && watch.ladder.fault == nil)
  }

  @Test("what comes after a goodbye neither enables outputs nor resets the computer")
  func afterGoodbye() {
    var watch = Watch.allowing()
    watch.hear { $0.isLeaving = true }
    watch.hear {
      $0.isLeaving = false
      $0.sequence -= 1
    }
    #expect(watch.ladder.rung == .left)
    watch.wait(1000)
    #expect(watch.ladder.rung == .left && watch.verdict.kicksWatchdog)
    #expect(!watch.verdict.enablesOutputs)
  }

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

  @Test("words with a right check are no heartbeat where a word cannot be one's")
  func forged() {
    let good = Heartbeat(
      session: 1, sequence: 1, sentAt: .zero, nextBy: .zero, wantsOutputs: false, isLeaving: false,
      imuSamples: 1
    ).words
    let wrong: [(Int, UInt64)] = [
      (0, 0x554D_5748_0000_0002), (0, 0x554D_5748_0000_0000), (1, 0x1_0000_0000),
      (5, 4), (5, 1 << 63), (6, 0x1_0000_0000)
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
      #expect(words[7] == check(words))
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
