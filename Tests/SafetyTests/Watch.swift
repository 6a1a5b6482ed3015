// SPDX-License-Identifier: Apache-2.0
import Quantities
import Safety
import Testing

/// A guard whose times are powers of two, so that edges can be met exactly, and single heartbeats.
struct Watch {
  var ladder: GuardLadder
  var nowNs: Int64 = 1_000_000_000
  var beat = Heartbeat(
    session: 7, sequence: 0, sentAt: .zero, nextBy: .zero, wantsOutputs: false, isLeaving: false,
    imuSamples: 0)
  var words = SIMD8<UInt64>(repeating: 0)
  var verdict: GuardLadder.Verdict

  init() {
    var settings = GuardSettings()
    (settings.patienceS, settings.longestPromiseS, settings.clockSlackS) = (0.25, 1, 0.5)
    (settings.imuTimeoutS, settings.restS) = (2, 4)
    (settings.recordAfterS, settings.resetAfterS) = (1, 8)
    ladder = GuardLadder(settings: settings)
    verdict = ladder.look(words, now: Instant(nanoseconds: nowNs))
  }

  var now: Instant { Instant(nanoseconds: nowNs) }

  mutating func wait(_ seconds: Double) {
    nowNs += Int64(seconds * 1e9)
    verdict = ladder.look(words, now: now)
  }

  mutating func send(promiseS: Double = 0, _ change: (inout Heartbeat) -> Void = { _ in }) {
    beat.sequence += 1
    beat.imuSamples += 1
    (beat.sentAt, beat.nextBy) = (now, now + Interval(seconds: promiseS))
    change(&beat)
    words = beat.words
  }

  mutating func hear(promiseS: Double = 0, _ change: (inout Heartbeat) -> Void = { _ in }) {
    send(promiseS: promiseS, change)
    wait(0)
  }

  /// Beats every 1/8 s.
  mutating func live(_ seconds: Double, wants: Bool) {
    for _ in 0..<Int(seconds * 8) {
      wait(0.125)
      hear { $0.wantsOutputs = wants }
    }
  }

  static func allowing(wants: Bool = true) -> Watch {
    var watch = Watch()
    watch.hear()
    watch.live(5, wants: false)
    if wants { watch.live(1, wants: true) }
    #expect(watch.ladder.rung == .allowing && watch.verdict.enablesOutputs == wants)
    return watch
  }
}
