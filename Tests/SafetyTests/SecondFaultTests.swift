// SPDX-License-Identifier: Apache-2.0
import Safety
import Testing

/// One fault after another, or at once: the graver is named, and what latches latches.
@Suite("A second fault")
struct SecondFaultTests {
  private func driving(_ limits: GateLimits = complete) -> Bench {
    var bench = Bench(limits)
    bench.senses = completeSenses(at: bench.now)
    #expect(bench.arm() == [])
    for _ in 0..<50 { tick(&bench) }
    #expect(bench.gate.state == .armed)
    return bench
  }

  private func tick(_ bench: inout Bench, _ spoil: (inout Senses) -> Void = { _ in }) {
    var senses = completeSenses(at: ms(bench.time + 10))
    spoil(&senses)
    bench.senses = senses
    _ = bench.tick()
  }

  @Test("of two that slow it the first is named, and both are told")
  func slowTwice() {
    var bench = driving()
    tick(&bench) { $0.planShare = 2 }
    tick(&bench) { ($0.surprise, $0.planShare) = (2, 2) }
    #expect(bench.gate.state == .degraded(.surprised))
    #expect(bench.gate.active.all == [.surprised, .latePlan])
    tick(&bench) { $0.planShare = 2 }
    #expect(bench.gate.state == .degraded(.latePlan))
  }

  @Test("one that slows it for good is named before one that passes, and not forgotten for it")
  func slowTwiceLatch() {
    var stern = complete
    stern.failsafes[.latePlan] = Failsafe(.slow, .latch)
    var bench = driving(stern)
    tick(&bench) { $0.surprise = 2 }
    #expect(bench.gate.state == .degraded(.surprised))
    tick(&bench) { ($0.surprise, $0.planShare) = (2, 2) }
    #expect(bench.gate.state == .degraded(.latePlan))
    tick(&bench) { $0.surprise = 2 }
    #expect(bench.gate.state == .degraded(.latePlan))
    for _ in 0..<500 { tick(&bench) }
    #expect(bench.gate.state == .degraded(.latePlan))
    stern.failsafes[.surprised] = Failsafe(.slow, .latch)
    bench = driving(stern)
    tick(&bench) { $0.planShare = 2 }
    tick(&bench) { ($0.surprise, $0.planShare) = (2, 2) }
    #expect(bench.gate.state == .degraded(.surprised), "of two for good the first")
  }

  @Test("an emergency stop pressed after another stop latches as it does in a run")
  func latchWhileStopped() {
    var bench = driving()
    tick(&bench) { $0.hasDeviceFailed = true }
    #expect(bench.gate.state == .stopped(.deviceFailed))
    tick(&bench) { ($0.hasDeviceFailed, $0.isStopPressed) = (true, true) }
    #expect(bench.gate.state == .faulted(.emergencyStop))
    bench.gate.disarm()
    tick(&bench)
    #expect(bench.gate.state == .faulted(.emergencyStop), "letting go is not enough")

    bench = driving()
    bench.gate.stop(.tilted, now: bench.now)
    bench.gate.stop(.deviceFailed, now: bench.now)
    #expect(bench.gate.state == .stopped(.tilted), "what does not latch changes nothing")
    bench.gate.stop(.emergencyStop, now: bench.now)
    #expect(bench.gate.state == .faulted(.emergencyStop))
  }

  @Test("one that latches is not hidden by a graver one that does not")
  func latchBehindCut() {
    var bench = driving()
    tick(&bench) {
      $0.hasDeviceFailed = true
      $0.computer?.hasModelChanged = true
      $0.computer?.hasBoardChanged = true
    }
    #expect(bench.gate.state == .faulted(.modelChanged))

    // Of equally grave ones it counts first, wherever it stands in the list.
    bench = driving()
    tick(&bench) { ($0.tiltRad, $0.guardAllows, $0.isStopPressed) = (2, nil, true) }
    #expect(bench.gate.state == .faulted(.emergencyStop))
    bench = driving()
    tick(&bench) {
      $0.imuAt = ms(0)
      $0.computer?.hasModelChanged = true
    }
    #expect(bench.gate.state == .stopping(.modelChanged))
  }

  @Test("what only slows for good does not latch a robot that stands still")
  func slowLatchWhileStopped() {
    var stern = complete
    stern.failsafes[.hot] = Failsafe(.slow, .latch)
    var bench = driving(stern)
    tick(&bench) { $0.hasDeviceFailed = true }
    for _ in 0..<9 {
      tick(&bench) {
        $0.hasDeviceFailed = true
        $0.computer?.temperatureC = 85
      }
    }
    #expect(bench.gate.state == .stopped(.deviceFailed))
  }

  @Test("a set of reasons is what it was made of, and within another that has all of them")
  func sets() {
    let two = RefusalSet([.latePlan, .surprised])
    #expect(two.all == [.surprised, .latePlan])
    #expect(RefusalSet([.latePlan]).isSubset(of: two) && two.isSubset(of: two))
    #expect(!two.isSubset(of: RefusalSet([.latePlan])))
    #expect(!RefusalSet([.hot]).isSubset(of: two) && RefusalSet().isSubset(of: RefusalSet()))
  }
}
