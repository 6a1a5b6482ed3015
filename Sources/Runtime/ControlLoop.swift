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
/// IMU ─ bins ─────┴─ MindSeat ─ proposal ─ Gate.pass ─ SafeCommand ─ TB6612.apply
///        └ attitude, ages ──────────────────────┘
/// ```
/// The gate runs every period; the mind is asked every decision period, on a fresh frame where
/// there is a camera, and followed from the tick on in which it has answered. A missed tick is
/// counted and skipped, never caught up. Thread: one owner.
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
  public private(set) var lastTick: TickRecord

  /// The outputs that a guard lets through; nil where there is no guard.
  public let guarded: GuardedOutputs?

  /// Looks on, for a recording or a replay of one; nil where nobody does.
  public var witness: (any LoopWitness)?

  private let seat: any MindSeat
  /// Which action drives set point i; nil for one that rests.
  private let actionOfSetPoint: [Int?]
  private let period: Interval
  private let decisionPeriod: Interval
  private let deadline: Interval
  private var nextTick: Instant
  private var nextDecision = Instant.zero
  private var proposal: Proposal?
  /// What the gate judged in the last tick.
  private var lastSenses = Senses()
  /// When the mind was asked what it has not answered yet.
  private var askedAt: Instant?
  /// When the picture was taken that it was asked about.
  private var sightAt: Instant?
  private var armedAt = Instant.zero
  private var isFirstQuestion = true
  /// How much the mind is asked to imagine.
  public private(set) var effort: ThinkingEffort
  /// How long the last decision took, as a share of its deadline.
  private var planShare: Double?

  /// The same with a mind that thinks in the tick that asks it.
  public convenience init(
    board: BoardDescription, body: Body, mind: any Mind, calibration: ImuCalibration? = nil,
    servoEnds: [Calibration.Servo] = [], imuBins: Int, guarded: GuardedOutputs? = nil
  ) {
    self.init(
      board: board, body: body,
      seat: SeatInTick(mind, board: board, imuBins: imuBins, clock: body.clock),
      calibration: calibration, servoEnds: servoEnds, imuBins: imuBins, guarded: guarded)
  }

  /// - Parameters:
  ///   - calibration: of this robot's IMU; nil where it was never calibrated.
  ///   - servoEnds: how far this robot's servos turn, where that was calibrated.
  ///   - seat: where the mind thinks.
  ///   - guarded: the outputs of the body that a guard lets through; with one it is needed.
  public init(
    board: BoardDescription, body: Body, seat: any MindSeat, calibration: ImuCalibration? = nil,
    servoEnds: [Calibration.Servo] = [], imuBins: Int, guarded: GuardedOutputs? = nil
  ) {
    precondition(seat.actionCount == board.actions.count, "the mind's actions are the board's")
    (self.board, self.body, self.seat, self.guarded) = (board, body, seat, guarded)
    effort = ThinkingEffort(tookShare: seat.trialS / board.planner.deadlineS)
    perception = Perception(board: board, body: body, calibration: calibration, bins: imuBins)
    actionOfSetPoint = board.actuators.map { actuator in
      board.actions.firstIndex { $0.motors.contains(actuator.name) }
    }
    var limits = GateLimits(board, servoEnds: servoEnds)
    limits.needsGuard = limits.needsGuard || guarded != nil
    gate = Gate(limits: limits)
    lastCommand = .off(count: actionOfSetPoint.count)
    lastTick = TickRecord(command: lastCommand)
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
    witness?.will(.start)
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
    witness?.will(.arm)
    let refusals = gate.arm(senses: senses, now: body.clock.now)
    guard refusals.isEmpty else { return refusals }
    (proposal, lastDecision, planShare) = (nil, nil, nil)
    (armedAt, isFirstQuestion) = (body.clock.now, true)
    nextDecision = nextTick
    perception.beginEpisode()
    return []
  }

  /// All that keeps it from being armed now.
  public var refusals: [Refusal] {
    witness?.will(.refusals)
    return gate.refusals(senses: senses, now: body.clock.now)
  }

  /// Whether the mind has been asked and has not answered.
  package var isThinking: Bool { askedAt != nil }

  /// What kept it from being armed after the last tick, without asking for memory, or the time.
  public var bars: RefusalSet { gate.bars(senses: lastSenses, now: lastTick.endedAt) }

  /// Other limits from now on, but for the guard that it needs; false, and nothing changes, while
  /// anything may move.
  public func adopt(_ limits: GateLimits) -> Bool {
    var limits = limits
    limits.needsGuard = gate.limits.needsGuard
    return gate.adopt(limits)
  }

  /// Latches a fault of an earlier run, until acknowledged.
  public func latch(_ refusal: Refusal) {
    witness?.will(.latch(refusal))
    gate.latch(refusal)
  }

  /// The way back from a latched fault: somebody has read why.
  public func acknowledge() {
    witness?.will(.acknowledge)
    gate.acknowledge()
  }

  /// Outputs off.
  public func disarm() {
    witness?.will(.disarm)
    gate.disarm()
    act(.off(count: actionOfSetPoint.count))
  }

  /// Outputs off for good: a guard need not expect it any more.
  public func leave() {
    witness?.will(.leave)
    disarm()
    guarded?.leave(now: body.clock.now)
  }

  /// Stops for a reason found outside, latched until disarmed.
  ///
  /// Immediate reasons switch off before this returns; the others ramp down in the next ticks.
  public func stop(_ reason: Refusal) {
    witness?.will(.stop(reason))
    gate.stop(reason, now: body.clock.now)
    if case .stopping = gate.state { return }
    body.motors.stop()
    lastCommand = .off(count: actionOfSetPoint.count)
  }

  /// Waits for the next gate period and does all that is due in it; true when a decision came.
  @discardableResult
  public func tick() -> Bool {
    // A clock that went back would have the motors wait with it.
    if nextTick > body.clock.now + period { nextTick = body.clock.now + period }
    body.clock.sleep(until: nextTick)
    let now = body.clock.now
    (lastTick.dueAt, lastTick.beganAt, lastTick.decision) = (nextTick, now, nil)
    sense()
    if isDecisionDue(now) {
      ask(now)
      // Thinking may take time: the gate judges what is sensed now, not what was before.
      if body.clock.now >= now + period { sense() }
    }
    let hasDecided = hear()
    lastSenses = senses
    act(gate.pass(proposal, senses: lastSenses, now: body.clock.now))
    guarded?.beat(now: body.clock.now, imuSamples: perception.imuSampleCount)
    schedule()
    witness?.ticked(self)
    return hasDecided
  }

  /// What the body senses, and what the loop knows of the mind.
  private var senses: Senses {
    var senses = perception.senses
    senses.surprise = lastDecision?.surprise.map(Double.init)
    let now = body.clock.now
    senses.planShare = planShare
    if let askedAt, askedAt >= armedAt {
      senses.planShare = max(planShare ?? 0, (now - askedAt).seconds / deadline.seconds)
    }
    senses.guardAllows = guarded?.allows(now: now)
    return senses
  }

  private func sense() {
    perception.update(drive: SIMD2(lastCommand.setPoints[0], lastCommand.setPoints[1]))
  }

  /// The mind is asked one thing at a time.
  private func isDecisionDue(_ now: Instant) -> Bool {
    gate.state.isFollowing && askedAt == nil && now >= nextDecision && hasFreshFrame(now)
  }

  private func ask(_ now: Instant) {
    perception.closeInterval()
    (askedAt, sightAt) = (now, perception.senses.frameAt)
    nextDecision = nextDecision + decisionPeriod
    if nextDecision <= now { nextDecision = now + decisionPeriod }
    let (perception, isFirst, share) = (perception, isFirstQuestion, effort.share)
    isFirstQuestion = false
    seat.ask { percept in
      perception.observe(into: &percept)
      (percept.isFirst, percept.at, percept.effort) = (isFirst, now, share)
    }
  }

  /// Takes the mind's answer, if there is one.
  private func hear() -> Bool {
    guard let at = askedAt, let decision = seat.answer() else { return false }
    askedAt = nil
    // Asked before the robot was armed, for another situation.
    guard at >= armedAt else { return false }
    lastDecision = decision
    lastTick.decision = .init(tookS: decision.tookS, sightAt: sightAt)
    let share = decision.tookS / deadline.seconds
    planShare = share
    effort.note(tookShare: share)
    decisions += 1
    guard decision.isMade else { return true }
    var setPoints = SetPoints.zero
    for (index, action) in actionOfSetPoint.enumerated() {
      if let action { setPoints[index] = Double(decision.action[action]) }
    }
    proposal = Proposal(setPoints: setPoints, at: at)
    return true
  }

  /// A frame that came not longer than a camera period ago; robots without a camera need none.
  private func hasFreshFrame(_ now: Instant) -> Bool {
    guard let camera = board.camera else { return true }
    guard let at = perception.senses.frameAt else { return false }
    return (now - at).seconds <= 1 / camera.rateHz + perception.frameDelayS
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
    let now = body.clock.now
    nextTick = nextTick + period
    ticks += 1
    let lateNs = (now - nextTick).nanoseconds
    let missed = lateNs > 0 ? (lateNs - 1) / period.nanoseconds + 1 : 0
    nextTick = nextTick + period * missed
    missedTicks += Int(missed)
    (lastTick.number, lastTick.endedAt, lastTick.skipped) = (ticks, now, Int(missed))
    (lastTick.state, lastTick.command) = (gate.state, lastCommand)
  }
}
