// SPDX-License-Identifier: Apache-2.0
import Quantities
import Safety
import Testing

@Suite("Gate: stopping")
struct GateStopTests {
  /// Things that go wrong and let the robot ramp down.
  enum Gradual: CaseIterable {
    case staleImu, frozenImu, implausibleImu, noImu, staleFrame, frozenFrame, noFrame, stalePlan

    var refusal: Refusal {
      switch self {
      case .staleImu: .staleImu
      case .frozenImu: .frozenImu
      case .implausibleImu: .implausibleImu
      case .noImu: .noImu
      case .staleFrame: .staleFrame
      case .frozenFrame: .frozenFrame
      case .noFrame: .noFrame
      case .stalePlan: .stalePlan
      }
    }

    func spoil(_ bench: inout Bench) {
      while bench.time < 1500 { _ = bench.tick() }  // longer than any timeout after arming
      var senses = healthySenses(at: ms(bench.time + 10))
      switch self {
      case .staleImu: senses.imuAt = ms(bench.time - 41)
      case .frozenImu: senses.isImuFrozen = true
      case .implausibleImu: senses.isImuImplausible = true
      case .noImu: senses.imuAt = nil
      case .staleFrame: senses.frameAt = ms(bench.time - 491)
      case .frozenFrame: senses.isFrameFrozen = true
      case .noFrame: senses.frameAt = nil
      case .stalePlan: bench.proposal = wish(1, -1, at: ms(bench.time - 991))
      }
      bench.senses = senses
    }
  }

  @Test("a lost sense ramps evenly to a stop within the ramp time", arguments: Gradual.allCases)
  func ramps(cause: Gradual) {
    var bench = Bench.driving()
    cause.spoil(&bench)
    let began = bench.time + 10
    var last = bench.tick()
    #expect(bench.gate.state == .stopping(cause.refusal))
    #expect(last.setPoints[0] == 1 && last.setPoints[1] == -0.5 && last.isEnabled)
    while bench.time < began + 290 {
      bench.senses = nil  // recovery in the middle of a ramp changes nothing
      bench.proposal = nil
      let command = bench.tick()
      let left = 1 - Double(bench.time - began) / 300
      #expect(command.isEnabled)
      #expect(abs(command.setPoints[0] - left) < 1e-9)
      #expect(abs(command.setPoints[1] + 0.5 * left) < 1e-9)
      #expect(command.setPoints[0] < last.setPoints[0])
      last = command
    }
    #expect(bench.tick().isOff)
    #expect(bench.gate.state == .stopped(cause.refusal))
    for _ in 0..<100 { #expect(bench.tick().isOff) }
    #expect(bench.gate.state == .stopped(cause.refusal))
  }

  @Test("an age exactly at its limit is still good")
  func atTheEdge() {
    var bench = Bench.driving()
    for _ in 0..<100 { _ = bench.tick() }
    var senses = healthySenses(at: ms(bench.time + 10))
    (senses.imuAt, senses.frameAt) = (ms(bench.time - 40), ms(bench.time - 490))
    senses.tiltRad = 0.8
    bench.senses = senses
    bench.proposal = wish(1, -1, at: ms(bench.time - 990))
    _ = bench.tick()
    #expect(bench.gate.state == .armed)
  }

  static let nonFinite = [Double.nan, .infinity, -.infinity, .signalingNaN]

  @Test("NaN or infinity in any channel is off in the same tick", arguments: nonFinite, 0...1)
  func nonFiniteProposal(value: Double, channel: Int) {
    var bench = Bench.driving()
    bench.proposal = wish(0.2, 0.2, at: ms(bench.time + 10))
    bench.proposal?.setPoints[channel] = value
    #expect(bench.tick().isOff)
    #expect(bench.gate.state == .faulted(.nonFiniteCommand))
  }

  @Test("non-finite numbers in all of eight channels are seen", arguments: nonFinite, 0...7)
  func eightChannels(value: Double, channel: Int) {
    var wide = limits
    wide.actuators = Array(repeating: limits.actuators[0], count: 8)
    var bench = Bench.driving(wide)
    bench.proposal = wish(0, 0, at: ms(bench.time + 10))
    bench.proposal?.setPoints[channel] = value
    #expect(bench.tick().isOff)
    #expect(bench.gate.state == .faulted(.nonFiniteCommand))
  }

  enum Sudden: CaseIterable {
    case tilted, nonFiniteSense, deviceFailed, operatorStop, nonFiniteCommand

    var refusal: Refusal {
      switch self {
      case .tilted: .tilted
      case .nonFiniteSense: .nonFiniteSense
      case .deviceFailed: .deviceFailed
      case .operatorStop: .operatorStop
      case .nonFiniteCommand: .nonFiniteCommand
      }
    }

    /// NaN from the mind latches: it does not get well by itself.
    var end: SafetyState {
      self == .nonFiniteCommand ? .faulted(refusal) : .stopped(refusal)
    }

    func spoil(_ bench: inout Bench) {
      var senses = healthySenses(at: ms(bench.time + 10))
      switch self {
      case .tilted: senses.tiltRad = 0.8001
      case .nonFiniteSense: senses.tiltRad = .nan
      case .deviceFailed: senses.hasDeviceFailed = true
      case .operatorStop: bench.gate.stop(.operatorStop, now: bench.now)
      case .nonFiniteCommand: bench.proposal = wish(.nan, 0, at: ms(bench.time + 10))
      }
      bench.senses = senses
    }
  }

  @Test("an urgent reason is off in the same tick", arguments: Sudden.allCases)
  func immediate(cause: Sudden) {
    var bench = Bench.driving()
    cause.spoil(&bench)
    #expect(bench.tick().isOff)
    #expect(bench.gate.state == cause.end)
  }

  @Test("an urgent reason during a ramp ends it in the same tick", arguments: Sudden.allCases)
  func immediateDuringRamp(cause: Sudden) {
    var bench = Bench.driving()
    bench.gate.stop(.staleImu, now: bench.now)
    for _ in 0..<5 { #expect(bench.tick().isEnabled) }
    cause.spoil(&bench)
    #expect(bench.tick().isOff)
    #expect(bench.gate.state == cause.end)
  }

  @Test("an urgent reason beats a gradual one of the same tick", arguments: Sudden.allCases)
  func urgentFirst(cause: Sudden) {
    var bench = Bench.driving()
    cause.spoil(&bench)
    bench.senses?.imuAt = ms(bench.time - 1000)
    bench.senses?.isFrameFrozen = true
    bench.proposal?.at = ms(-5000)
    #expect(bench.tick().isOff)
    #expect(bench.gate.state == cause.end)
  }

  @Test("the first reason of a kind is kept")
  func keepsReason() {
    var bench = Bench.driving()
    bench.gate.stop(.staleImu, now: bench.now)
    bench.gate.stop(.stalePlan, now: bench.now)
    #expect(bench.gate.state == .stopping(.staleImu))
    bench.gate.stop(.operatorStop, now: bench.now)
    bench.gate.stop(.tilted, now: bench.now)
    #expect(bench.gate.state == .stopped(.operatorStop))
    var disarmed = Bench()
    disarmed.gate.stop(.operatorStop, now: disarmed.now)
    #expect(disarmed.gate.state == .disarmed)
  }

  @Test("without a ramp time every reason is off at once", arguments: Gradual.allCases)
  func noRamp(cause: Gradual) {
    var abrupt = limits
    abrupt.rampS = 0
    var bench = Bench.driving(abrupt)
    cause.spoil(&bench)
    #expect(bench.tick().isOff)
    #expect(bench.gate.state == .stopped(cause.refusal))
  }

  @Test("disarming during a ramp is off at once")
  func disarmDuringRamp() {
    var bench = Bench.driving()
    bench.gate.stop(.staleImu, now: bench.now)
    #expect(bench.tick().isEnabled)
    bench.gate.disarm()
    #expect(bench.tick().isOff)
    #expect(bench.gate.state == .disarmed)
  }
}
