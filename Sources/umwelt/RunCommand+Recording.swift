// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import WorldModel

extension RunCommand {
  /// Begins the recording that was asked for; nil where none was.
  ///
  /// - Parameters:
  ///   - clock: the loop's, before it is recorded.
  ///   - goal: the picture that the robot drives to.
  ///   - isThreaded: the mind thinks on a thread of its own.
  func record(
    _ board: BoardDescription, _ model: WorldModel?, clock: any Clock, goal: [UInt8]?,
    isThreaded: Bool, isLockstep: Bool
  ) throws -> FlightRecording? {
    try FlightRecording(recording, clock: clock, isLockstep: isLockstep) {
      var facts = try RecordedFacts(board: board, stateFolder: state ?? board.folder)
      (facts.planner, facts.precision, facts.seed) = (planner, precision.rawValue, seed)
      (facts.isThreaded, facts.isSimulated, facts.hasGuard) =
        (isThreaded, simulate, self.guard != nil)
      if let model {
        try facts.note(model: self.model ?? modelFile(board))
        facts.goalPicture = goal.flatMap { goal in
          model.info.frame.map { ($0.width, $0.height, goal) }
        }
      }
      return facts
    }
  }

  /// As `BoardOption.loadModel` finds it.
  private func modelFile(_ board: BoardDescription) -> String {
    planner == .randomEncoder ? "\(board.folder)/control.safetensors" : board.modelPath
  }
}
