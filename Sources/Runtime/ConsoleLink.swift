// SPDX-License-Identifier: Apache-2.0
import Board
import Devices
import Intercom
import Quantities
import Safety

/// The loop's end of the way to the console: between two ticks, in the loop's own thread.
///
/// It asks for no memory and waits for nobody: see `RobotLink`.
public final class ConsoleLink {
  private let link: RobotLink
  private let servoEnds: [Calibration.Servo]
  private let mind: MindChanges?
  private let inject: ((String, String) -> Bool)?
  private var worstS = 0.0
  private var worstThoughtS = 0.0
  private var lateTicks = 0
  private var shownFrame: UInt32?

  /// - Parameters:
  ///   - servoEnds: as the loop's; new limits are narrowed by them as the old were.
  ///   - mind: what goals and weights are handed to; nil where the mind takes none.
  ///   - inject: breaks a part of a simulated machine; nil where the chips are real.
  public init(
    _ link: RobotLink, servoEnds: [Calibration.Servo] = [], mind: MindChanges? = nil,
    inject: ((String, String) -> Bool)? = nil
  ) {
    (self.link, self.servoEnds, self.mind, self.inject) = (link, servoEnds, mind, inject)
  }

  /// Once after each tick: does what was asked, tells how the robot stands.
  public func serve(_ loop: ControlLoop) {
    if link.takeStop() { loop.stop(.operatorStop) }
    while let ticket = link.nextTicket() { ticket.answer(carryOut(ticket.request, loop)) }
    count(loop)
    link.tell { fill(&$0, loop) }
    if let frame = loop.perception.frame, frame.sequence != shownFrame {
      shownFrame = frame.sequence
      link.show(frame.pixels)
    }
  }

  private func carryOut(_ request: RobotRequest, _ loop: ControlLoop) -> Ticket.Answer {
    if let answer = loop.carryOut(request) { return answer }
    switch request {
    case .arm, .disarm, .acknowledge: break  // the loop's own
    case .goal(let picture): return mind?.take(picture) == true ? .done : .impossible
    case .change(let change):
      if change.touchesMind, mind?.take(change.board.planner) != true { return .impossible }
      if change.touchesGate, !loop.adopt(GateLimits(change.board, servoEnds: servoEnds)) {
        return .refused(RefusalSet())
      }
    case .inject(let part, let fault): return inject?(part, fault) == true ? .done : .impossible
    }
    return .done
  }

  private func count(_ loop: ControlLoop) {
    let tick = loop.lastTick
    worstS = max(worstS, (tick.endedAt - tick.beganAt).seconds)
    if tick.skipped > 0 { lateTicks += 1 }
    if let decision = tick.decision { worstThoughtS = max(worstThoughtS, decision.tookS) }
  }

  private func fill(_ snapshot: inout RobotSnapshot, _ loop: ControlLoop) {
    let tick = loop.lastTick
    (snapshot.at, snapshot.state) = (tick.endedAt, loop.gate.state)
    (snapshot.bars, snapshot.active) = (loop.bars, loop.gate.active)
    (snapshot.ticks, snapshot.missedTicks) = (loop.ticks, loop.missedTicks)
    snapshot.decisions = loop.decisions
    snapshot.body.periodS = 1 / loop.board.rates.gateHz
    (snapshot.body.runs, snapshot.body.late) = (loop.ticks, lateTicks)
    snapshot.body.lastS = (tick.endedAt - tick.beganAt).seconds
    snapshot.body.worstS = worstS
    snapshot.mind.periodS = loop.board.rates.decisionPeriodS
    (snapshot.mind.runs, snapshot.mind.worstS) = (loop.decisions, worstThoughtS)
    if let decision = tick.decision { snapshot.mind.lastS = decision.tookS }
    fillSenses(&snapshot, loop.perception)
    if let decision = loop.lastDecision {
      snapshot.goalDistance = decision.goalDistance.map(Double.init)
      snapshot.surprise = decision.surprise.map(Double.init)
      snapshot.planShare = decision.tookS / loop.board.planner.deadlineS
      (snapshot.imagined, snapshot.isHolding) = (decision.imagined, decision.isHolding)
      snapshot.action = decision.action
    }
    snapshot.setPoints = loop.lastCommand.setPoints
  }

  private func fillSenses(_ snapshot: inout RobotSnapshot, _ perception: Perception) {
    let (senses, now) = (perception.senses, snapshot.at)
    snapshot.imuAgeS = senses.imuAt.map { (now - $0).seconds }
    snapshot.frameAgeS = senses.frameAt.map { (now - $0).seconds }
    snapshot.tiltRad = senses.tiltRad
    if senses.imuAt != nil {
      snapshot.rollRad = perception.attitude.rollRad
      snapshot.pitchRad = perception.attitude.pitchRad
      snapshot.yawRad = perception.attitude.headingRad
    }
    (snapshot.gyroRadS, snapshot.accelMS2) = (perception.gyroRadS, perception.accelMS2)
    (snapshot.positionM, snapshot.speedMS) = (senses.positionM, senses.speedMS)
    (snapshot.nearestM, snapshot.supplyMarginV) = (senses.nearestM, senses.supplyMarginV)
    snapshot.currentShare = senses.currentShare
    snapshot.temperatureC = senses.computer?.temperatureC
    snapshot.busErrors = senses.busErrors
  }
}
