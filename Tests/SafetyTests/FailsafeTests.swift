// SPDX-License-Identifier: Apache-2.0
import Quantities
import Safety
import Testing

@Suite("Failsafes")
struct FailsafeTests {
  /// Armed and driving at full power with all well.
  private func driving(_ limits: GateLimits = complete) -> Bench {
    var bench = Bench(limits)
    bench.senses = completeSenses(at: bench.now)
    #expect(bench.arm() == [])
    for _ in 0..<50 { tick(&bench) }
    #expect(bench.gate.state == .armed && bench.gate.active.isEmpty)
    return bench
  }

  @discardableResult
  private func tick(
    _ bench: inout Bench, _ spoil: (inout Senses) -> Void = { _ in }
  ) -> SafeCommand {
    var senses = completeSenses(at: ms(bench.time + 10))
    spoil(&senses)
    bench.senses = senses
    return bench.tick()
  }

  @Test("does what its row says, when it says, and not a tick before", arguments: Trouble.all)
  func follows(trouble: Trouble) throws {
    var bench = driving()
    let failsafe = bench.gate.limits.failsafes[trouble.refusal]
    let since = bench.now
    var command = bench.gate.pass(
      wish(1, -1, at: since), senses: completeSenses(at: since), now: since)
    let full = command.setPoints
    let boundS = bench.gate.limits.safeWithinS(trouble.refusal)
    // What does not stop the robot is watched for longer than any of them waits.
    let ticks = Int((((boundS ?? 11) + 0.001) / 0.01).rounded(.down))
    for _ in 0..<ticks {
      let before = bench.gate.state
      command = tick(&bench) { trouble.spoil(&$0, since) }
      let lastedS = (bench.now - since).seconds
      if lastedS < failsafe.debounceS {
        // A hot computer is slow before it stops, and a surprised robot before it is lost.
        #expect(bench.gate.state.isFollowing, "\(lastedS) s")
        #expect(!bench.gate.active.contains(trouble.refusal), "\(lastedS) s")
      }
      if before.isFollowing, !bench.gate.state.isFollowing {
        #expect(bench.gate.active.contains(trouble.refusal))
      }
    }
    let reason = bench.gate.state.reason
    switch failsafe.action {
    case .cut, .ramp:
      #expect(command.isOff && !bench.gate.state.isFollowing)
      #expect(reason == trouble.refusal)
      let isLatched = bench.gate.state == .faulted(trouble.refusal)
      #expect(isLatched == (failsafe.recovery == .latch))
    case .slow:
      #expect(bench.gate.state == .degraded(trouble.refusal))
      #expect(command.setPoints == full * 0.5 || command.setPoints == [0.5, -0.5, 0, 0, 0, 0, 0, 0])
    case .warn, .ignore:
      #expect(bench.gate.state == .armed && command.setPoints == full)
      #expect(bench.gate.active.all == [trouble.refusal])
    }
  }

  @Test("keeps the robot from arming unless it only tells", arguments: Trouble.all)
  func refusesToArm(trouble: Trouble) {
    var bench = Bench(complete)
    var senses = completeSenses(at: bench.now)
    trouble.spoil(&senses, ms(-20_000))
    bench.senses = senses
    let isExpected =
      trouble.refusal.isArmingCheck && Failsafes.standard(trouble.refusal).action >= .slow
    #expect(bench.arm().contains(trouble.refusal) == isExpected)
    #expect(isExpected || bench.gate.state == .armed)
  }

  @Test("a robot without the part is not stopped for it", arguments: Trouble.all)
  func withoutThePart(trouble: Trouble) {
    let parts: [Refusal] = [
      .guardStopped, .guardLost, .obstacle, .staleGrid, .outsideWorkspace, .staleSupply, .linkLost
    ]
    guard parts.contains(trouble.refusal) else { return }
    var bench = driving(limits)
    for _ in 0..<100 { tick(&bench) { trouble.spoil(&$0, ms(0)) } }
    #expect(bench.gate.state == .armed)
  }

  @Test("what stops short of its debounce never counts, however often it comes back")
  func debounce() {
    var bench = driving()
    for _ in 0..<20 {
      for _ in 0..<50 { tick(&bench) { $0.measured[0] = 0 } }  // 0.49 s from first to last look
      tick(&bench)
    }
    #expect(bench.gate.state == .armed)
    for _ in 0..<51 { tick(&bench) { $0.measured[0] = 0 } }
    #expect(bench.gate.state == .stopped(.stall))
  }

  @Test("a slowed robot drives at its share, and is let go once all has been well for long enough")
  func slowAndClear() {
    var bench = driving()
    for _ in 0..<60 { tick(&bench) { $0.computer?.temperatureC = 85 } }
    #expect(bench.gate.state == .degraded(.hot))
    for _ in 0..<150 { tick(&bench) }
    tick(&bench) { $0.planShare = 2 }  // something else, in between: wait anew
    #expect(bench.gate.state == .degraded(.latePlan), "it is told why it is slow now")
    for _ in 0..<200 { #expect(tick(&bench).setPoints[0] == 0.5) }
    tick(&bench)
    #expect(bench.gate.state == .armed)
    for _ in 0..<20 { tick(&bench) }
    #expect(tick(&bench).setPoints[0] == 1)
  }

  @Test("a slowed robot that shall stay so does")
  func slowLatch() {
    var stern = complete
    stern.failsafes[.hot] = Failsafe(.slow, .latch)
    var bench = driving(stern)
    tick(&bench) { $0.computer?.temperatureC = 85 }
    for _ in 0..<500 { tick(&bench) }
    #expect(bench.gate.state == .degraded(.hot))
    bench.gate.disarm()
    #expect(bench.gate.state == .disarmed)
  }

  @Test("a slowed robot still ramps and cuts")
  func slowThenStop() {
    for (refusal, state) in [
      (Refusal.staleImu, SafetyState.stopping(.staleImu)), (.tilted, .stopped(.tilted)),
      (.emergencyStop, .faulted(.emergencyStop))
    ] {
      var bench = driving()
      tick(&bench) { $0.planShare = 2 }
      #expect(bench.gate.state == .degraded(.latePlan))
      bench.gate.stop(refusal, now: bench.now)
      #expect(bench.gate.state == state)
    }
  }

  @Test("a latched fault outlives disarming, also in the middle of its ramp, until acknowledged")
  func latched() {
    var bench = driving()
    tick(&bench) { $0.computer?.hasModelChanged = true }
    #expect(bench.gate.state == .stopping(.modelChanged))
    bench.gate.disarm()
    #expect(bench.gate.state == .faulted(.modelChanged))
    bench.gate.disarm()
    #expect(bench.arm() == [.modelChanged, .notDisarmed])
    bench.gate.acknowledge()
    #expect(bench.gate.state == .disarmed)
  }

  @Test("what shows in one tick only, or must stop the robot at once, cannot be waited for")
  func longestDebounce() {
    let atOnce: [Refusal] = [
      .nonFiniteCommand, .operatorStop, .emergencyStop, .guardStopped, .guardLost, .clockJump,
      .lateTick, .deviceFailed, .nonFiniteSense, .tilted, .wheelsUnknown
    ]
    for refusal in atOnce { #expect(Failsafes.longestDebounceS(refusal) == 0, "\(refusal)") }
    #expect(Failsafes.longestDebounceS(.staleImu) == 1 && Failsafes.longestDebounceS(.stall) == 5)
    #expect(Failsafes.longestDebounceS(.lowBattery) == 60 && Failsafes.longestDebounceS(.hot) == 60)
  }

  @Test("a cut during the ramp of what latches latches too")
  func cutDuringLatchingRamp() {
    var bench = driving()
    tick(&bench) { $0.computer?.hasModelChanged = true }
    bench.gate.stop(.operatorStop, now: bench.now)
    #expect(bench.gate.state == .faulted(.operatorStop))
  }

  @Test("a fault found at the start keeps the robot from arming until acknowledged")
  func latchedAtStart() {
    var bench = Bench()
    bench.gate.latch(.watchdogReset)
    #expect(bench.arm() == [.watchdogReset, .notDisarmed])
    #expect(bench.tick().isOff)
    bench.gate.acknowledge()
    #expect(bench.arm() == [])
  }

  @Test("nothing that is wrong while it stands disarmed stops it, but all of it shows")
  func disarmed() {
    var bench = Bench(complete)
    for _ in 0..<300 {
      tick(&bench) {
        $0.isStopPressed = true
        $0.supplyMarginV = -1
      }
    }
    #expect(bench.gate.state == .disarmed)
    #expect(bench.gate.active.all == [.emergencyStop, .lowBattery])
    bench.gate.stop(.emergencyStop, now: bench.now)
    #expect(bench.gate.state == .disarmed)
  }

  @Test("arming takes its time, outputs on and at rest, and any trouble ends it")
  func arming() {
    var slow = complete
    slow.armingS = 0.5
    var bench = Bench(slow)
    bench.senses = completeSenses(at: bench.now)
    #expect(bench.arm() == [] && bench.gate.state == .arming)
    for _ in 0..<49 {
      let command = tick(&bench)
      #expect(command.isEnabled && command.setPoints == [0.9, -0.4, 0, 0, 0, 0, 0, 0])
    }
    #expect(bench.gate.state == .arming)
    tick(&bench)
    #expect(bench.gate.state == .armed)
    bench.gate.disarm()
    for spoil: (inout Senses) -> Void in [
      { $0.imuAt = ms(0) }, { $0.tiltRad = 1 }, { $0.planShare = 3 }
    ] {
      bench.senses = completeSenses(at: bench.now)
      #expect(bench.arm() == [])
      let command = tick(&bench, spoil)
      #expect(command.isOff && bench.gate.state == .disarmed)
    }
  }

  @Test("set points start from what is measured, within the limits")
  func startsFromMeasured() {
    var bench = Bench(complete)
    var senses = completeSenses(at: bench.now)
    senses.measured = [0.6, -3, 0, 0, 0, 0, 0, 0]
    bench.senses = senses
    #expect(bench.arm() == [])
    bench.proposal = wish(0.6, -0.5, at: bench.now)
    let command = tick(&bench)
    #expect(abs(command.setPoints[0] - 0.6) < 1e-12 && command.setPoints[1] == -0.5)
  }

  @Test("the buses are forgiven some failed transfers, but not many at once")
  func busErrors() {
    var bench = driving()
    var errors = 0
    for _ in 0..<500 {
      errors += 1
      for _ in 0..<60 { tick(&bench) { $0.busErrors = errors } }  // less than two a second
    }
    #expect(bench.gate.state == .armed)
    errors += 18
    tick(&bench) { $0.busErrors = errors }
    #expect(bench.gate.state.isFollowing)
    errors += 5
    tick(&bench) { $0.busErrors = errors }
    #expect(bench.gate.state == .stopping(.busErrors))
  }

  @Test("a board may make failsafes sterner, but none weaker than it may be")
  func weakest() {
    var failsafes = Failsafes()
    for refusal in Refusal.allCases {
      #expect(Failsafes.weakest(refusal) <= Failsafes.standard(refusal).action)
      let longestS = Failsafes.longestDebounceS(refusal)
      #expect(Failsafes.standard(refusal).debounceS <= longestS)
      failsafes[refusal] = Failsafe(.ignore, afterS: 100, .latch)
      #expect(failsafes[refusal].action == Failsafes.weakest(refusal))
      #expect(failsafes[refusal].debounceS == longestS && failsafes[refusal].recovery == .latch)
      failsafes[refusal] = Failsafe(.cut)
      let latches = Failsafes.standard(refusal).recovery == .latch
      #expect(failsafes[refusal] == Failsafe(.cut, latches ? .latch : .disarm))
    }
  }
}
