// SPDX-License-Identifier: Apache-2.0
import Quantities
import Safety
import Testing

/// Values exactly at a limit, just beyond it, and not told at all.
@Suite("At the limits")
struct BoundaryTests {
  typealias Spoil = @Sendable (inout Senses) -> Void

  /// What is active after three seconds of such senses, in a robot that has every part.
  private func active(_ spoil: Spoil) -> [Refusal] {
    var bench = Bench(complete)
    bench.senses = completeSenses(at: bench.now)
    #expect(bench.arm() == [])
    var seen = RefusalSet()
    for _ in 0..<300 {
      var senses = completeSenses(at: ms(bench.time + 10))
      spoil(&senses)
      bench.senses = senses
      _ = bench.tick()
      for refusal in bench.gate.active.all { seen.set(refusal, true) }
    }
    return seen.all
  }

  // Outside of the attributes: Swift 6.0.3 crashes on closures in there.
  static let harmless: [Spoil] = [
    { $0.planShare = 1 }, { $0.surprise = 1.5 }, { $0.currentShare = 1 },
    { $0.supplyMarginV = 0 }, { $0.nearestM = 0.15 }, { $0.computer?.temperatureC = 80 },
    { $0.computer?.freeDiskBytes = 64e6 }, { $0.computer?.freeMemoryBytes = 32e6 },
    { $0.tiltRad = -0.8 }
  ]
  static let silent: [Trouble] = [
    Trouble(refusal: .staleSupply) { senses, _ in senses.supplyAt = nil },
    Trouble(refusal: .staleGrid) { senses, _ in senses.gridAt = nil },
    Trouble(refusal: .linkLost) { senses, _ in senses.linkAt = nil }
  ]

  @Test("a value exactly at its limit is still good", arguments: harmless)
  func exactly(spoil: Spoil) { #expect(active(spoil) == []) }

  @Test("exactly at the second limit only the first counts")
  func secondLimit() {
    #expect(active { $0.surprise = 3 } == [.surprised])
    #expect(active { $0.computer?.temperatureC = 90 } == [.hot])
  }

  @Test("a computer that cannot tell something is no reason to stop for that")
  func silentComputer() {
    let found = active { senses in
      if let at = senses.computer?.at { senses.computer = ComputerSenses(at: at) }
    }
    #expect(found == [])
    #expect(active { $0.computer = nil } == [])
  }

  @Test(
    "a part that the robot has and that never told anything keeps it from arming",
    arguments: silent)
  func neverTold(trouble: Trouble) {
    var bench = Bench(complete)
    var senses = completeSenses(at: bench.now)
    trouble.spoil(&senses, bench.now)
    bench.senses = senses
    #expect(bench.arm() == [trouble.refusal])
  }

  @Test("a stamp from one period ahead is good, one from further ahead is stale")
  func ahead() {
    var dyadic = limits
    dyadic.periodS = 1.0 / 64
    let period = 1_000_000_000 / 64
    for (ahead, isStale) in [(period, false), (period + 1, true)] {
      var bench = Bench(dyadic)
      var senses = healthySenses(at: bench.now)
      senses.imuAt = Instant(nanoseconds: bench.now.nanoseconds + Int64(ahead))
      bench.senses = senses
      #expect(bench.arm() == (isStale ? [.staleImu] : []))
    }
  }

  @Test("a tick as late as allowed is no reason, one that is later is")
  func lateTick() {
    for (lateMs, state) in [(1000, SafetyState.armed), (1001, .stopping(.lateTick))] {
      var bench = Bench.driving()
      bench.time += lateMs - 10
      _ = bench.tick()
      #expect(bench.gate.state == state)
    }
  }

  @Test("the ramp is over exactly when its time is")
  func rampEnds() {
    var slow = limits
    slow.rampS = 0.5
    var bench = Bench.driving(slow)
    bench.gate.stop(.staleImu, now: bench.now)
    for _ in 0..<49 { #expect(bench.tick().isEnabled) }
    #expect(bench.tick().isOff && bench.gate.state == .stopped(.staleImu))
  }

  @Test("the way to a stop counts: half the ramp and one period at the present speed")
  func stoppingDistance() {
    // 10 m/s for 0.15 s + 0.01 s: 1.6 m to the fence at 10 m.
    for speedMS in [10.0, -10] {
      #expect(
        active {
          ($0.positionM, $0.speedMS) = ([0, 8.399], speedMS)
        } == [])
      #expect(
        active {
          ($0.positionM, $0.speedMS) = ([0, 8.401], speedMS)
        } == [.outsideWorkspace])
    }
    #expect(
      active {
        ($0.positionM, $0.speedMS) = ([0, 9.99], nil)
      } == [])
  }

  @Test("what is kept out is where it was said to be")
  func keptOut() {
    let place = Workspace(radiusM: 10, keepOut: [.init(xM: 1, yM: 2, radiusM: 0.5)])
    #expect(!place.holds([1, 2], stopM: 0) && !place.holds([1, 1.6], stopM: 0))
    #expect(place.holds([1, 1.4], stopM: 0) && place.holds([1, -2], stopM: 0))
    #expect(place.holds([-1, 2], stopM: 0) && place.holds([1.6, 2], stopM: 0))
  }

  @Test("a motor counts as driven from its command on, and one that rests may stand still")
  func stall() {
    for (command, state) in [(0.3, SafetyState.stopped(.stall)), (0.29, .armed), (0, .armed)] {
      var bench = Bench(complete)
      for _ in 0..<200 {
        var senses = completeSenses(at: ms(bench.time + 10))
        senses.measured = .zero
        bench.senses = senses
        if bench.gate.state == .disarmed, bench.time == 0 { #expect(bench.arm() == []) }
        bench.proposal = wish(command, 0, at: ms(bench.time + 10))
        _ = bench.tick()
      }
      #expect(bench.gate.state == state, "\(command)")
    }
  }

  @Test("20 failed transfers at once are forgiven, 21 are not, with or without an earlier one")
  func busErrorsAtOnce() {
    for (errors, isActive) in [(20, false), (21, true)] {
      for before in [0, 7] {
        var bench = Bench(complete)
        func tick(_ count: Int) {
          var senses = completeSenses(at: ms(bench.time + 10))
          senses.busErrors = count
          bench.senses = senses
          _ = bench.tick()
        }
        tick(before)
        for _ in 0..<100 { tick(before) }
        tick(before + errors)
        #expect(bench.gate.active.contains(.busErrors) == isActive, "\(errors) after \(before)")
      }
    }
  }

  @Test("a bus that fails once in every tick is not forgiven for long")
  func steadyBusErrors() {
    var bench = Bench(complete)
    for tick in 1...30 {
      var senses = completeSenses(at: ms(bench.time + 10))
      senses.busErrors = tick
      bench.senses = senses
      _ = bench.tick()
    }
    #expect(bench.gate.active.contains(.busErrors))
  }

  @Test("a bus that was dead for long is well half a second after it was mended")
  func mendedBus() {
    var bench = Bench(complete)
    func tick(_ count: Int) {
      var senses = completeSenses(at: ms(bench.time + 10))
      senses.busErrors = count
      bench.senses = senses
      _ = bench.tick()
    }
    tick(0)
    tick(5000)
    #expect(bench.gate.active.contains(.busErrors))
    for _ in 0..<52 { tick(5000) }
    #expect(!bench.gate.active.contains(.busErrors))
  }
}
