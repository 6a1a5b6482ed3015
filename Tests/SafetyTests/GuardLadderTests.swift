// SPDX-License-Identifier: Apache-2.0
import Quantities
import Safety
import Testing

/// A runtime that beats and a guard that looks, a millisecond at a time.
private struct Pair {
  var ladder = GuardLadder()
  var words = SIMD8<UInt64>(repeating: 0)
  var nowMs: Int64 = 1000
  var beat = Heartbeat(
    session: 7, sequence: 0, sentAt: .zero, nextBy: .zero, wantsOutputs: false, isLeaving: false,
    imuSamples: 0)
  var verdict: GuardLadder.Verdict

  init() { verdict = ladder.look(words, now: Instant(nanoseconds: nowMs * 1_000_000)) }

  var now: Instant { Instant(nanoseconds: nowMs * 1_000_000) }

  /// A heartbeat that is due again in 20 ms.
  mutating func send(_ change: (inout Heartbeat) -> Void = { _ in }) {
    beat.sequence += 1
    beat.imuSamples += 1
    (beat.sentAt, beat.nextBy) = (now, now + Interval(nanoseconds: 20_000_000))
    change(&beat)
    words = beat.words
  }

  mutating func look() { verdict = ladder.look(words, now: now) }

  /// Beats every 10 ms and looks every millisecond.
  mutating func live(_ ms: Int64, wants: Bool) {
    beat.wantsOutputs = wants
    for _ in 0..<ms {
      nowMs += 1
      if nowMs % 10 == 0 { send() }
      look()
    }
  }

  /// Looks on while nothing comes; milliseconds until the outputs are off.
  mutating func silence(_ ms: Int64) -> Int64? {
    var offAfter: Int64?
    for step in 1...ms {
      nowMs += 1
      look()
      if !verdict.enablesOutputs, offAfter == nil { offAfter = step }
    }
    return offAfter
  }

  static var armed: Pair {
    var pair = Pair()
    pair.live(600, wants: false)
    pair.live(100, wants: true)
    return pair
  }
}

@Suite("The guard's ladder")
struct GuardLadderTests {
  @Test("Relays are as the runtime wants them while the outputs are on, and open else")
  func relays() {
    var pair = Pair()
    pair.beat.relays = 5
    pair.live(600, wants: false)
    #expect(pair.ladder.rung == .allowing && pair.verdict.relays == 0)
    pair.live(100, wants: true)
    #expect(pair.verdict.relays == 5)
    pair.beat.relays = 2
    pair.live(10, wants: true)
    #expect(pair.verdict.relays == 2)
    _ = pair.silence(50)
    #expect(!pair.verdict.enablesOutputs && pair.verdict.relays == 0)
  }

  @Test("A heartbeat promises the next in five gate periods of 10 ms, with patience below 100 ms")
  func promise() {
    #expect(Heartbeat.promiseS == 5 * 0.01)
    #expect(Heartbeat.promiseS + GuardSettings().patienceS < 0.1)
  }

  @Test("Outputs are off and the watchdog is kicked until a runtime has been heard")
  func waits() {
    var pair = Pair()
    let offAfter = pair.silence(60_000)
    #expect(offAfter == 1)
    #expect(pair.verdict.kicksWatchdog && pair.ladder.rung == .waiting)
  }

  @Test("Outputs come on only after the runtime wanted them off for half a second")
  func rest() {
    var pair = Pair()
    pair.live(2000, wants: true)
    #expect(!pair.verdict.enablesOutputs && pair.ladder.fault == .notRested)
    pair.live(480, wants: false)
    pair.live(100, wants: true)
    #expect(!pair.verdict.enablesOutputs)
    pair.live(520, wants: false)
    #expect(!pair.verdict.enablesOutputs && pair.ladder.rung == .allowing)
    pair.live(20, wants: true)
    #expect(pair.verdict.enablesOutputs && pair.ladder.fault == nil)
  }

  @Test("Silence stops within 50 ms, is recorded at half a second and resets after ten")
  func fallsSilent() {
    var pair = Pair.armed
    #expect(pair.verdict.enablesOutputs)
    let offAfter = pair.silence(400)
    #expect((offAfter ?? 400) <= 50)
    #expect(pair.ladder.fault == .silent && pair.ladder.rung == .holding)
    _ = pair.silence(200)
    #expect(pair.ladder.rung == .recording && pair.verdict.kicksWatchdog)
    _ = pair.silence(9000)
    #expect(pair.verdict.kicksWatchdog)
    _ = pair.silence(500)
    #expect(pair.ladder.rung == .resetting && !pair.verdict.kicksWatchdog)
  }

  @Test("A runtime that comes back is held until it rested, and the watchdog is kicked again")
  func comesBack() {
    var pair = Pair.armed
    _ = pair.silence(11_000)
    pair.live(300, wants: true)
    #expect(!pair.verdict.enablesOutputs && pair.verdict.kicksWatchdog)
    #expect(pair.ladder.rung == .holding)
    pair.live(600, wants: false)
    pair.live(20, wants: true)
    #expect(pair.verdict.enablesOutputs)
  }

  private static let lies: [(GuardFault, @Sendable (inout Heartbeat) -> Void)] = [
    (.stuck, { $0.sequence -= 1 }),
    (.backward, { $0.sequence -= 5 }),
    (.skipping, { $0.sequence += 8 }),
    (.absurdTimes, { $0.sentAt = $0.sentAt + Interval(seconds: 1) }),
    (.absurdTimes, { $0.nextBy = $0.sentAt + Interval(seconds: 0.3) }),
    (.absurdTimes, { $0.nextBy = $0.sentAt + Interval(seconds: -0.1) })
  ]

  @Test("A whole heartbeat that cannot be true stops at once", arguments: 0..<6)
  func lies(_ index: Int) {
    let (fault, lie) = Self.lies[index]
    var pair = Pair.armed
    pair.nowMs += 10
    pair.send(lie)
    pair.look()
    #expect(!pair.verdict.enablesOutputs && pair.ladder.fault == fault)
    pair.live(100, wants: true)
    #expect(!pair.verdict.enablesOutputs, "it is not trusted again by itself")
  }

  @Test("After a count that jumped the runtime may rest and go on; one that always jumps may not")
  func jumps() {
    var pair = Pair.armed
    pair.nowMs += 10
    pair.send { $0.sequence += 1000 }
    pair.look()
    #expect(!pair.verdict.enablesOutputs && pair.ladder.fault == .skipping)
    pair.live(600, wants: false)
    pair.live(20, wants: true)
    #expect(pair.verdict.enablesOutputs && pair.ladder.fault == nil)
    pair.beat.wantsOutputs = false
    for _ in 0..<200 {
      pair.nowMs += 10
      pair.send { $0.sequence += 50 }
      pair.look()
      #expect(!pair.verdict.enablesOutputs && pair.ladder.rung == .holding)
    }
  }

  @Test("The largest step that is still allowed does not stop")
  func allowedStep() {
    var pair = Pair.armed
    pair.nowMs += 10
    pair.send { $0.sequence += 7 }
    pair.look()
    #expect(pair.verdict.enablesOutputs)
  }

  @Test("A runtime that lives without its IMU is stopped within 310 ms")
  func noSamples() {
    var pair = Pair.armed
    let samples = pair.beat.imuSamples
    for step in 1...400 {
      pair.nowMs += 1
      if pair.nowMs % 10 == 0 { pair.send { $0.imuSamples = samples } }
      pair.look()
      if !pair.verdict.enablesOutputs {
        #expect(step > 290 && step <= 310 && pair.ladder.fault == .noSamples)
        return
      }
    }
    Issue.record("it was never stopped")
  }

  @Test("Another process that takes over is held, even when it wants nothing at first")
  func takeOver() {
    var pair = Pair.armed
    pair.nowMs += 10
    pair.send { ($0.session, $0.sequence) = (8, 1) }
    pair.look()
    #expect(!pair.verdict.enablesOutputs && pair.ladder.fault == .newSession)
    pair.live(600, wants: false)
    pair.live(20, wants: true)
    #expect(pair.verdict.enablesOutputs)
  }

  @Test("A goodbye turns the outputs off and never resets the computer")
  func goodbye() {
    var pair = Pair.armed
    pair.nowMs += 10
    pair.send { $0.isLeaving = true }
    pair.look()
    #expect(!pair.verdict.enablesOutputs && pair.ladder.rung == .left)
    _ = pair.silence(60_000)
    #expect(pair.verdict.kicksWatchdog && !pair.verdict.enablesOutputs)
  }

  @Test("Every heartbeat with one bit flipped is none, and goes unheard", arguments: 0..<8)
  func flippedBits(_ word: Int) {
    var pair = Pair.armed
    pair.nowMs += 10
    pair.send()
    let good = pair.words
    for bit in 0..<64 {
      var bad = good
      bad[word] ^= 1 << UInt64(bit)
      #expect(Heartbeat(words: bad) == nil)
    }
    #expect(Heartbeat(words: good) == pair.beat)
    pair.words[word] ^= 1
    let offAfter = pair.silence(100)
    #expect((offAfter ?? 1000) <= 50 && pair.ladder.fault == .silent)
  }
}
