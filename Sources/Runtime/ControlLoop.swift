// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Devices
import Estimation
import Quantities
import Safety

/// One robot running: perceive -> imagine -> choose -> gate -> act, once per gate period.
///
/// ```
/// camera ─ frame ─┐
/// IMU ─ bins ─────┴─ Mind.decide ─ proposal ─ Gate.pass ─ SafeCommand ─ TB6612.apply
///        └ attitude, ages ────────────────────────┘
/// ```
/// The gate runs every period; the mind every decision period, on a fresh frame where there is a
/// camera. A missed tick is counted and skipped, never caught up. While the mind thinks the motors
/// keep the last command, so it must keep to its deadline. Thread: one owner.
public final class ControlLoop {
  public let board: BoardDescription
  public let body: Body
  public let perception: Perception
  public private(set) var gate: Gate
  public private(set) var lastDecision: Decision?
  public private(set) var lastCommand: SafeCommand
  public private(set) var ticks = 0
  public private(set) var missedTicks = 0
  public private(set) var decisions = 0

  /// The outputs that a guard lets through; nil where there is no guard.
  public let guarded: GuardedOutputs?

  private let mind: any Mind
  /// Which action drives set point i; nil for one that rests.
  private let actionOfSetPoint: [Int?]
  private let period: Interval
  private let decisionPeriod: Interval
  private let deadline: Interval
  private var nextTick: Instant
  private var nextDecision = Instant.zero
  private var proposal: Proposal?
  /// How long the last decision took, as a share of its deadline.
  private var planShare: Double?

  /// - Parameters:
  ///   - calibration: of this robot's IMU; nil where it was never calibrated.
  ///   - servoEnds: how far this robot's servos turn, where that was calibrated.
  ///   - guarded: the outputs of the body that a guard lets through; with one it is needed.
  public init(
    board: BoardDescription, body: Body, mind: any Mind, calibration: ImuCalibration? = nil,
    servoEnds: [Calibration.Servo] = [], imuBins: Int, guarded: GuardedOutputs? = nil
  ) {
    precondition(mind.actionCount == board.actions.count, "the mind's actions are the board's")
    (self.board, self.body, self.mind, self.guarded) = (board, body, mind, guarded)
    perception = Perception(board: board, body: body, calibration: calibration, bins: imuBins)
    actionOfSetPoint = board.actuators.map { actuator in
      board.actions.firstIndex { $0.motors.contains(actuator.name) }
    }
    var limits = GateLimits(board, servoEnds: servoEnds)
    limits.needsGuard = limits.needsGuard || guarded != nil
    gate = Gate(limits: limits)
    lastCommand = .off(count: actionOfSetPoint.count)
    period = Interval(seconds: 1 / board.rates.gateHz)
    decisionPeriod = Interval(seconds: board.rates.decisionPeriodS)
    deadline = Interval(seconds: board.planner.deadlineS)
    nextTick = body.clock.now
  }

  /// Checks and configures the chips, then holds still for `restS` seconds and finds the gyro bias.
  ///
  /// Disarms first. Nothing moves meanwhile, whether it throws or not; a robot that never started
  /// cannot be armed.
  public func start(restS: Double = 1) throws(StartError) {
    disarm()
    perception.beginRest(durationS: restS)  // from here on the old calibration counts no more
    try body.start()
    nextTick = body.clock.now
    let patience = body.clock.now + Interval(seconds: 2 * restS)
    while !perception.isRestComplete, body.clock.now < patience { tick() }
    do throws(RestCalibrationError) { try perception.endRest() } catch {
      throw .notStill("\(error)")
    }
    gate.finishBooting()
  }

  /// Arms, or says everything that speaks against it.
  public func arm() -> [Refusal] {
    let refusals = gate.arm(senses: senses, now: body.clock.now)
    guard refusals.isEmpty else { return refusals }
    (proposal, lastDecision, planShare) = (nil, nil, nil)
    nextDecision = nextTick
    perception.beginEpisode()
    mind.begin(perception)
    return []
  }

  /// All that keeps it from being armed now.
  public var refusals: [Refusal] { gate.refusals(senses: senses, now: body.clock.now) }

  /// Latches a fault of an earlier run, until acknowledged.
  public func latch(_ refusal: Refusal) { gate.latch(refusal) }

  /// The way back from a latched fault: somebody has read why.
  public func acknowledge() { gate.acknowledge() }

  /// Outputs off.
  public func disarm() {
    gate.disarm()
    act(.off(count: actionOfSetPoint.count))
  }

  /// Stops for a reason found outside, latched until disarmed.
  ///
  /// Immediate reasons switch off before this returns; the others ramp down in the next ticks.
  public func stop(_ reason: Refusal) {
    gate.stop(reason, now: body.clock.now)
    if case .stopping = gate.state { return }
    body.motors.stop()
    lastCommand = .off(count: actionOfSetPoint.count)
  }

  /// Waits for the next gate period and does all that is due in it; true when a decision was made.
  @discardableResult
  public func tick() -> Bool {
    // A clock that went back would have the motors wait with it.
    if nextTick > body.clock.now + period { nextTick = body.clock.now + period }
    body.clock.sleep(until: nextTick)
    let now = body.clock.now
    sense()
    let isDue = gate.state.isFollowing && now >= nextDecision && hasFreshFrame(now)
    if isDue {
      decide(now)
      // Thinking takes time: the gate judges what is sensed now, not what was before.
      if body.clock.now >= now + period { sense() }
    }
    act(gate.pass(proposal, senses: senses, now: body.clock.now))
    guarded?.beat(now: body.clock.now, imuSamples: perception.imuSampleCount)
    schedule()
    return isDue
  }

  /// What the body senses, and what the loop knows of the mind.
  private var senses: Senses {
    var senses = perception.senses
    senses.surprise = lastDecision?.surprise.map(Double.init)
    senses.planShare = planShare
    senses.guardAllows = guarded?.allows(now: body.clock.now)
    return senses
  }

  private func sense() {
    perception.update(drive: SIMD2(lastCommand.setPoints[0], lastCommand.setPoints[1]))
  }

  private func decide(_ now: Instant) {
    perception.closeInterval()
    let limit = now + deadline
    let clock = body.clock
    let (guarded, samples) = (guarded, perception.imuSampleCount)
    let decision = mind.decide(perception) {
      let present = clock.now
      guarded?.beatWhileThinking(now: present, imuSamples: samples)
      return present >= limit
    }
    lastDecision = decision
    planShare = (clock.now - now).seconds / deadline.seconds
    decisions += 1
    nextDecision = nextDecision + decisionPeriod
    if nextDecision <= now { nextDecision = now + decisionPeriod }
    guard decision.isMade else { return }
    var setPoints = SetPoints.zero
    for (index, action) in actionOfSetPoint.enumerated() {
      if let action { setPoints[index] = Double(decision.action[action]) }
    }
    proposal = Proposal(setPoints: setPoints, at: now)
  }

  /// A frame not older than a camera period; robots without a camera need none.
  private func hasFreshFrame(_ now: Instant) -> Bool {
    guard let camera = board.camera else { return true }
    guard let at = perception.senses.frameAt else { return false }
    return (now - at).seconds <= 1 / camera.rateHz
  }

  private func act(_ command: SafeCommand) {
    do throws(DeviceError) {
      try body.motors.apply(command)
      lastCommand = command
    } catch {
      perception.report(error)
      _ = gate.pass(proposal, senses: senses, now: body.clock.now)
      body.motors.stop()
      lastCommand = .off(count: actionOfSetPoint.count)
    }
  }

  private func schedule() {
    nextTick = nextTick + period
    ticks += 1
    let lateNs = (body.clock.now - nextTick).nanoseconds
    guard lateNs > 0 else { return }
    let missed = (lateNs - 1) / period.nanoseconds + 1
    nextTick = nextTick + period * missed
    missedTicks += Int(missed)
  }
}
