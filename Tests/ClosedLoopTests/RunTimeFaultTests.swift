// SPDX-License-Identifier: Apache-2.0
import Devices
import LoopFixtures
import Quantities
import Runtime
import Safety
import Simulation
import Testing

/// A part that breaks while the robot drives, and what must come of it.
struct RunTimeFault: Sendable, CustomTestStringConvertible {
  var board: BoardName
  /// Another IMU than the board's.
  var imu: InertialChip?
  var part: SimulatedMachine.Part
  var fault: Fault
  var reasons: Set<Refusal>
  /// The longest time until the gate notices, seconds, from the board file's numbers.
  var noticedS: @Sendable (Rig) -> Double
  /// Whether the stop may take the ramp.
  var mayRamp = true

  var testDescription: String {
    "\(board.rawValue): \(imu?.rawValue ?? part.rawValue) \(fault.rawValue)"
  }

  /// What an IMU can do wrong while the robot drives.
  static func imu(_ board: BoardName, _ chip: InertialChip?) -> [RunTimeFault] {
    [
      RunTimeFault(
        board: board, imu: chip, part: .imu, fault: .off, reasons: [.staleImu],
        noticedS: { $0.board.safety.imuTimeoutS }),
      // Without a FIFO two looks go by before what does not change is held for stuck.
      RunTimeFault(
        board: board, imu: chip, part: .imu, fault: .stuck, reasons: [.frozenImu],
        noticedS: { Double(ImuHealth.frozenSamples + 3) / $0.board.imu.settings.rateHz }),
      // Random attitude may also look like a fall, off at once, and be at the end of the range.
      RunTimeFault(
        board: board, imu: chip, part: .imu, fault: .garbage,
        reasons: [.implausibleImu, .saturatedImu, .tilted],
        noticedS: { 2.5 * Double(ImuHealth.implausibleSamples) / $0.board.imu.settings.rateHz })
    ]
  }

  static let all: [RunTimeFault] =
    BoardName.allCases.flatMap { board in
      InertialChip.allCases.flatMap { imu(board, $0) } + [
        RunTimeFault(
          board: board, part: .pwm, fault: .off, reasons: [.deviceFailed], noticedS: { _ in 0 },
          mayRamp: false),
        // Nobody can tell before the next decision changes a command; then one of six channels is
        // read back in each tick.
        RunTimeFault(
          board: board, part: .pwm, fault: .stuck, reasons: [.deviceFailed],
          noticedS: { $0.board.rates.decisionPeriodS + 6 * $0.periodS }, mayRamp: false)
      ]
    } + [
      RunTimeFault(
        board: .rover, part: .camera, fault: .off, reasons: [.staleFrame],
        noticedS: { $0.board.safety.frameTimeoutS }),
      RunTimeFault(
        board: .rover, part: .camera, fault: .stuck, reasons: [.frozenFrame],
        noticedS: {
          Double(Perception.frozenFrames + 1) / ($0.board.camera?.rateHz ?? .nan)
        })
    ]
}

@Suite("A part that breaks while driving")
struct RunTimeFaultTests {
  @Test(
    "stops the robot within the board's times, for good", arguments: RunTimeFault.all,
    [1, 2, 3] as [UInt64])
  func stops(_ scenario: RunTimeFault, seed: UInt64) throws {
    let rig = try Rig(
      scenario.board, mind: BusyMind(scenario.board), seed: seed, imu: scenario.imu)
    try rig.go()
    rig.run(2.013 + 0.01 * Double(seed))
    #expect(rig.loop.gate.state == .armed && !rig.isIdle, "healthy until then")

    try rig.machine.inject(scenario.fault, into: scenario.part)
    let brokenAt = rig.now
    let ramp = scenario.mayRamp ? rig.board.safety.rampS : 0
    // Two ticks: one to notice, one in which the ramp is over.
    let bound = scenario.noticedS(rig) + ramp + 2 * rig.periodS
    var last = rig.loop.lastCommand
    rig.run(bound) { expectFalling(rig, &last) }
    #expect(rig.isIdle, "\(rig.machine.drives) after \((rig.now - brokenAt).seconds) s")
    let reason = try #require(rig.stopReason)
    #expect(scenario.reasons.contains(reason))

    var busyTicks = 0
    rig.run(6) { busyTicks += rig.isIdle ? 0 : 1 }
    #expect(busyTicks == 0)
    #expect(rig.speedMS < 0.01, "the true world stands still")
    #expect(rig.loop.lastCommand == .off(count: 2))
    #expect(rig.stopReason == reason)
  }

  /// Once stopping, commands only shrink.
  private func expectFalling(_ rig: Rig, _ last: inout SafeCommand) {
    defer { last = rig.loop.lastCommand }
    guard case .stopping = rig.loop.gate.state else { return }
    for i in 0..<2 {
      #expect(abs(rig.loop.lastCommand.setPoints[i]) <= abs(last.setPoints[i]))
    }
  }

  @Test(
    "a dead PWM chip puts the motor driver to sleep in the same tick",
    arguments: BoardName.allCases)
  func deadPWM(board: BoardName) throws {
    let rig = try Rig(board, mind: BusyMind(board))
    try rig.go()
    rig.run(2)
    try rig.machine.inject(.off, into: .pwm)
    rig.loop.tick()
    #expect(rig.isAsleep && rig.stopReason == .deviceFailed)
    try rig.machine.inject(.ok, into: .pwm)  // it comes back: nobody armed
    #expect(rig.staysIdle(1))
  }

  @Test("a PWM chip that ignores what it is told is noticed, and stopped by the standby line")
  func stuckPWM() throws {
    let rig = try Rig(.rover, mind: BusyMind(.rover))
    try rig.go()
    rig.run(2)
    try rig.machine.inject(.stuck, into: .pwm)
    rig.run(0.5)
    #expect(rig.stopReason == .deviceFailed)
    #expect(rig.isAsleep)
    #expect(rig.staysAsleep(3))
    #expect(rig.speedMS < 0.01)
  }

  @Test("after a mended part the operator can disarm and arm again", arguments: BoardName.allCases)
  func recovers(board: BoardName) throws {
    let rig = try Rig(board, mind: ConstantMind(0, 0, count: board == .rover ? 2 : 1))
    try rig.loop.start()
    #expect(rig.loop.arm() == [])
    rig.run(1)
    try rig.machine.inject(.off, into: .imu)
    rig.run(1)
    #expect(rig.stopReason == .staleImu)
    rig.loop.disarm()
    #expect(rig.loop.arm().contains(.staleImu), "still broken")
    try rig.machine.inject(.ok, into: .imu)
    rig.run(1)
    #expect(rig.loop.gate.state == .disarmed)
    #expect(rig.loop.arm() == [])
    rig.run(1)
    #expect(rig.loop.gate.state == .armed)
  }
}

@Suite("A healthy robot")
struct HealthyTests {
  @Test("stays armed on every IMU", arguments: BoardName.allCases, InertialChip.allCases)
  func staysArmed(board: BoardName, imu: InertialChip) throws {
    let rig = try Rig(board, mind: BusyMind(board), seed: 5, imu: imu)
    try rig.go()
    rig.run(10)
    #expect(rig.loop.gate.state == .armed)
    #expect(rig.loop.missedTicks == 0 && rig.loop.body.imu.lostSamples == 0)
    #expect(rig.loop.perception.lastError == nil)
  }

  @Test("stays armed for half a minute", arguments: BoardName.allCases, 1...4)
  func staysArmed(board: BoardName, seed: UInt64) throws {
    let rig = try Rig(board, mind: BusyMind(board), seed: seed)
    try rig.go()
    rig.run(30)
    #expect(rig.loop.gate.state == .armed)
    #expect(rig.loop.missedTicks == 0)
  }

  @Test("that drives into walls at full speed is not mistaken for a broken one", arguments: 1...6)
  func bumps(seed: UInt64) throws {
    let rig = try Rig(.rover, mind: WallMind(seed: seed), seed: seed)
    try rig.go()
    rig.run(30)
    #expect(rig.loop.gate.state == .armed)
    #expect((rig.world as? RoverWorld)?.hasCollided == true)
  }

  @Test("that falls over stops at once when it leans too far")
  func falls() throws {
    let rig = try Rig(.balance, mind: ConstantMind(0))
    try rig.go()
    (rig.world as? BalanceWorld)?.push(tiltRateRadS: 0.5)
    var worst = 0.0
    rig.run(3) {
      if rig.loop.gate.state == .armed { worst = max(worst, abs(rig.world.truth[0])) }
    }
    #expect(rig.stopReason == .tilted && rig.isAsleep)
    #expect(worst < rig.board.safety.tiltRad + 0.2, "the attitude filter may lag, not more")
  }
}

/// Full speed ahead or back, with sharp turns.
private final class WallMind: Mind {
  let actionCount = 2
  private var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed, stream: "wall mind") }

  func decide(_ percept: Percept, isOutOfTime: () -> Bool) -> Decision {
    var action = SIMD8<Float>.zero
    let kind = random.next() % 10
    (action[0], action[1]) = kind == 0 ? (1, -1) : kind == 1 ? (-1, -1) : (1, 1)
    return Decision(action: action)
  }
}
