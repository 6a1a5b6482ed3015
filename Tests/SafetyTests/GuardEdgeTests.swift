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

  @Test("of the heartbeats that cannot be true only one whose count jumped is followed")
  func notFollowed() {
    for (step, isFollowed) in [(UInt64.max, false), (UInt64.max - 5, false), (100, true)] {
      var watch = Watch.allowing()
      let before = watch.ladder.last
      watch.hear { $0.sequence &+= step }
      #expect(watch.ladder.rung == .holding)
      #expect(watch.ladder.last == (isFollowed ? watch.beat : before))
    }
    var watch = Watch.allowing()
    let before = watch.ladder.last
    watch.hear { $0.nextBy = $0.sentAt + Interval(seconds: 3) }
    #expect(watch.ladder.last == before && watch.ladder.fault == .absurdTimes)
  }

  @Test("times that cannot be true are doubted from the first heartbeat on, and never trap")
  func endsOfTime() {
    let ends = [Instant(nanoseconds: .min), Instant(nanoseconds: .max)]
    for sentAt in ends {
      for nextBy in ends {
        for wasAllowing in [false, true] {
          var watch = wasAllowing ? Watch.allowing() : Watch()
          watch.hear { ($0.session, $0.sentAt, $0.nextBy) = (8, sentAt, nextBy) }
          #expect(watch.ladder.fault == .absurdTimes && !watch.verdict.enablesOutputs)
          #expect(watch.ladder.last?.session != 8)
          watch.wait(100)
          #expect(!watch.verdict.enablesOutputs)
          #expect(watch.verdict.kicksWatchdog != wasAllowing, "silence goes on")
        }
      }
    }
    var watch = Watch.allowing()
    watch.hear { ($0.sequence, $0.nextBy) = ($0.sequence + 100, $0.sentAt + Interval(seconds: 9)) }
    #expect(watch.ladder.fault == .absurdTimes, "not followed, though its count jumped")
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
}
