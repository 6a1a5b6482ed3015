// SPDX-License-Identifier: Apache-2.0
import Quantities
import Safety
import Testing

@Suite("Gate: arming and following")
struct GateTests {
  @Test("is born booting, cannot be armed, and lets nothing through")
  func bornBooting() {
    var bench = Bench()
    bench.gate = Gate(limits: limits)
    #expect(bench.gate.state == .booting)
    #expect(bench.arm() == [.notStarted])
    for _ in 0..<1000 { #expect(bench.tick().isOff) }
    #expect(bench.gate.state == .booting)
  }

  @Test("started, it is disarmed and lets nothing through")
  func disarmed() {
    var bench = Bench()
    #expect(bench.gate.state == .disarmed)
    for _ in 0..<1000 { #expect(bench.tick().isOff) }
    #expect(bench.gate.state == .disarmed)
  }

  @Test("armed, it drives each actuator to its own limit, and only actuators that exist")
  func follows() {
    var bench = Bench()
    #expect(bench.arm() == [])
    #expect(bench.gate.state == .armed)
    var command = bench.tick()
    #expect(command.isEnabled && command.count == 2)
    #expect(abs(command.setPoints[0] - 0.1) < 1e-12, "one tick of the rate limit")
    for _ in 0..<50 { command = bench.tick() }
    #expect(command.setPoints == SetPoints(1, -0.5, 0, 0, 0, 0, 0, 0))
    #expect(command.isEnabled && bench.gate.state == .armed)
  }

  @Test("armed without a proposal it stays enabled at zero until the plan is stale")
  func idles() {
    var bench = Bench()
    _ = bench.arm()
    for _ in 0..<100 {
      bench.time += 10
      let command = bench.gate.pass(nil, senses: healthySenses(at: bench.now), now: bench.now)
      #expect(command.setPoints == .zero && command.isEnabled)
    }
    bench.time += 10
    _ = bench.gate.pass(nil, senses: healthySenses(at: bench.now), now: bench.now)
    #expect(bench.gate.state == .stopping(.stalePlan))
  }

  @Test("what was decided before arming is not followed")
  func oldProposal() {
    var bench = Bench()
    bench.proposal = wish(1, 1, at: ms(-10))
    _ = bench.arm()
    for _ in 0..<20 { #expect(bench.tick().setPoints == .zero) }
    bench.proposal = wish(1, 1, at: bench.now)
    #expect(bench.tick().setPoints[0] > 0)
  }

  @Test("every run starts from zero, also after a stop at full power")
  func startsFromZero() {
    var bench = Bench.driving()
    bench.gate.stop(.operatorStop, now: bench.now)
    bench.gate.disarm()
    #expect(bench.arm() == [])
    #expect(abs(bench.tick().setPoints[0] - 0.1) < 1e-12)
  }

  static let broken: [(Refusal, @Sendable (inout Senses) -> Void)] = [
    (.noImu, { $0.imuAt = nil }),
    (.noImu, { $0.tiltRad = nil }),
    (.staleImu, { $0.imuAt = ms(-51) }),
    (.staleImu, { $0.imuAt = ms(11) }),
    (.frozenImu, { $0.isImuFrozen = true }),
    (.implausibleImu, { $0.isImuImplausible = true }),
    (.noFrame, { $0.frameAt = nil }),
    (.staleFrame, { $0.frameAt = ms(-501) }),
    (.staleFrame, { $0.frameAt = ms(11) }),
    (.frozenFrame, { $0.isFrameFrozen = true }),
    (.nonFiniteSense, { $0.tiltRad = .nan }),
    (.nonFiniteSense, { $0.tiltRad = -.infinity }),
    (.tilted, { $0.tiltRad = 0.81 }),
    (.tilted, { $0.tiltRad = -0.81 }),
    (.notCalibrated, { $0.isGyroCalibrated = false }),
    (.deviceFailed, { $0.hasDeviceFailed = true })
  ]

  @Test("arming is refused for each bad sense, and says which", arguments: broken.indices)
  func refusesToArm(index: Int) {
    let (refusal, spoil) = Self.broken[index]
    var bench = Bench()
    var senses = healthySenses(at: bench.now)
    spoil(&senses)
    bench.senses = senses
    let refusals = bench.arm()
    #expect(refusals.contains(refusal))
    #expect(Set(refusals).subtracting([refusal]).isSubset(of: [.tilted]), "\(refusals)")
    #expect(bench.gate.state == .disarmed)
    #expect(bench.tick().isOff)
  }

  @Test("the oldest and the most tilted that is allowed arms")
  func atTheEdge() {
    var bench = Bench()
    var senses = healthySenses(at: bench.now)
    (senses.imuAt, senses.frameAt, senses.tiltRad) = (ms(-50), ms(-500), 0.8)
    bench.senses = senses
    #expect(bench.arm() == [])
  }

  @Test("arming says everything that speaks against it at once")
  func saysAll() {
    var bench = Bench()
    var senses = Senses()
    senses.isImuFrozen = true
    senses.hasDeviceFailed = true
    bench.senses = senses
    #expect(
      Set(bench.arm()) == [.noImu, .frozenImu, .noFrame, .notCalibrated, .deviceFailed])
  }

  @Test("a robot without a camera needs no frames")
  func noCamera() {
    var blind = limits
    blind.frameTimeoutS = nil
    var bench = Bench(blind)
    var senses = healthySenses(at: bench.now)
    senses.frameAt = nil
    senses.isFrameFrozen = true
    bench.senses = senses
    #expect(bench.arm() == [])
  }

  @Test("only a disarmed gate can be armed")
  func armsOnlyDisarmed() {
    var bench = Bench.driving()
    #expect(bench.arm() == [.notDisarmed])
    #expect(bench.tick().setPoints[0] == 1, "a second arm does not restart the limiters")
    bench.gate.stop(.staleImu, now: bench.now)
    #expect(bench.arm() == [.notDisarmed])
    #expect(bench.gate.state == .stopping(.staleImu))
    bench.gate.stop(.operatorStop, now: bench.now)
    #expect(bench.arm() == [.notDisarmed])
    #expect(bench.gate.state == .stopped(.operatorStop))
    bench.gate.disarm()
    #expect(bench.arm() == [])
  }

  @Test("every reason says what happened and what to do", arguments: Refusal.allCases)
  func messages(refusal: Refusal) {
    let sentences = refusal.description.split(separator: ". ")
    let fixes = ["Check", "arm", "Run `", "Set ", "Raise", "Lower", "restart", "Restart"]
    #expect(refusal.what.hasSuffix(".") && refusal.fix.hasSuffix("."))
    #expect(fixes.contains { refusal.fix.contains($0) }, "\(refusal.fix)")
    #expect(sentences.count >= 2, "\(refusal.description)")
    #expect(Refusal(id: refusal.id) == refusal && refusal.id.allSatisfy(\.isLetter))
  }
}
