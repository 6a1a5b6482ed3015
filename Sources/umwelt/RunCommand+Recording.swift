// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Recorder
import Runtime
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
    guard let path = recording.record else { return nil }
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
    var settings = FlightRecorder.Settings(path: path)
    settings.totalBytes = UInt64(recording.recordLimit) << 20
    settings.segmentBytes = min(settings.segmentBytes, max(settings.totalBytes / 4, 1 << 20))
    // In simulated time the loop waits for the disk rather than lose a tick.
    settings.waitsWhenFull = isLockstep
    settings.epochNs = isLockstep ? 0 : FlightRecorder.timeOfDayNs - clock.now.nanoseconds
    if let seconds = recording.recordAround {
      settings.mode = .aroundTriggers(beforeS: seconds, afterS: seconds)
    }
    return try FlightRecording(
      settings, at: clock.now, attachments: facts.attachments, metadata: [facts.metadata])
  }

  /// As `BoardOption.loadModel` finds it.
  private func modelFile(_ board: BoardDescription) -> String {
    planner == .randomEncoder ? "\(board.folder)/control.safetensors" : board.modelPath
  }
}
