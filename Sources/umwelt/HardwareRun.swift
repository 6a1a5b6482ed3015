// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Quantities
import Runtime
import Safety

/// A robot on real chips: the same loop as in simulation, without a judge who knows the truth.
///
/// It is disarmed until `arm`, and whatever ends the run ends it with the outputs off.
final class HardwareRun {
  let board: BoardDescription
  let loop: ControlLoop

  /// - Parameters:
  ///   - imuBins: what the mind's model was trained with.
  ///   - calibration: of this robot; nil where it was never calibrated.
  ///   - guarded: the outputs that a guard lets through; nil where there is no guard.
  init(
    board: BoardDescription, hardware: any Hardware, mind: any Mind, imuBins: Int,
    calibration: Calibration?, guarded: GuardedOutputs? = nil
  ) throws {
    self.board = board
    if guarded != nil { try board.requireStoppable() }
    let hardware: any Hardware =
      guarded.map { GuardedHardware(hardware, board: board, outputs: $0) } ?? hardware
    loop = ControlLoop(
      board: board, body: try board.body(on: hardware), mind: mind,
      calibration: calibration?.perceived, servoEnds: calibration?.servos ?? [],
      imuBins: imuBins, guarded: guarded)
  }

  /// What a robot that has just started may still lack.
  private static let comesByItself: Set<Refusal> = [
    .noImu, .staleImu, .noFrame, .staleFrame, .guardStopped, .staleGrid, .staleSupply
  ]

  /// Ticks until `isOver`, arming as soon as nothing speaks against it where that is asked; the
  /// state in which that ended, before it was disarmed.
  ///
  /// - Throws: `RunError.notArmed` when something still speaks against it after `patienceS`.
  func drive(
    arms: Bool, patienceS: Double = 5, onDecision: (Decision, Double) -> Void,
    onTick: (ControlLoop) -> Void, isOver: (ControlLoop) -> Bool
  ) throws -> SafetyState {
    defer {
      loop.disarm()
      loop.guarded?.leave(now: loop.body.clock.now)
    }
    let begin = loop.body.clock.now
    var hasBeenArmed = false
    while !isOver(loop) {
      let elapsedS = (loop.body.clock.now - begin).seconds
      if arms, !hasBeenArmed {
        let refusals = loop.arm()
        hasBeenArmed = refusals.isEmpty
        // What only has to begin is waited for; the rest would have it start when nobody expects.
        let isSoon = refusals.allSatisfy(Self.comesByItself.contains) && elapsedS < patienceS
        guard refusals.isEmpty || isSoon else {
          throw RunError.notArmed(refusals.map(\.description) + guardWords)
        }
      }
      let startMs = threadTimeMs()
      if loop.tick(), let decision = loop.lastDecision {
        onDecision(decision, threadTimeMs() - startMs)
      }
      onTick(loop)
      if hasBeenArmed, loop.gate.state.isStopped || loop.gate.state == .disarmed { break }
    }
    return loop.gate.state
  }

  /// What the guard says of the outputs, where it does not let them through.
  var guardWords: [String] {
    loop.guarded?.trouble(now: loop.body.clock.now).map { [$0.description] } ?? []
  }
}
