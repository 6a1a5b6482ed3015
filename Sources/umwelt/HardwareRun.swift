// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Planning
import Quantities
import Runtime
import Safety
import WorldModel

/// A robot on real chips: the same loop as in simulation, without a judge who knows the truth.
///
/// It is disarmed until `arm`, and whatever ends the run ends it with the outputs off.
final class HardwareRun {
  let board: BoardDescription
  let loop: ControlLoop
  let mind: PlanningMind

  /// - Parameters:
  ///   - calibration: of this robot; nil where it was never calibrated.
  ///   - goal: what the camera should see; nil for robots that level themselves.
  init(
    board: BoardDescription, hardware: any Hardware, model: WorldModel, calibration: Calibration?,
    goal: [UInt8]?, seed: UInt64
  ) throws {
    self.board = board
    let planner = ICEM(
      settings: PlannerSettings(board), actionCount: board.actions.count, seed: seed)
    mind = try PlanningMind(board: board, model: model, planner: planner)
    if let goal { mind.setGoal(picture: goal) } else { mind.setGoalLevelRest() }
    loop = ControlLoop(
      board: board, body: try board.body(on: hardware), mind: mind,
      calibration: calibration?.perceived, servoEnds: calibration?.servos ?? [],
      imuBins: model.info.imu?.bins ?? 1)
  }

  /// Ticks until `isOver`, arming as soon as nothing speaks against it where that is asked; the
  /// state in which that ended, before it was disarmed.
  ///
  /// - Throws: `RunError.notArmed` when something still speaks against it after `patienceS`.
  func drive(
    arms: Bool, patienceS: Double = 5, onDecision: (Decision, Double) -> Void,
    onTick: (ControlLoop) -> Void, isOver: (ControlLoop) -> Bool
  ) throws -> SafetyState {
    defer { loop.disarm() }
    let begin = loop.body.clock.now
    while !isOver(loop) {
      let elapsedS = (loop.body.clock.now - begin).seconds
      if arms, loop.gate.state == .disarmed {
        let refusals = loop.arm()
        guard refusals.isEmpty || elapsedS < patienceS else {
          throw RunError.notArmed(refusals.map(\.description))
        }
      }
      let startMs = threadTimeMs()
      if loop.tick(), let decision = loop.lastDecision {
        onDecision(decision, threadTimeMs() - startMs)
      }
      onTick(loop)
      if loop.gate.state.isStopped { break }
    }
    return loop.gate.state
  }
}
