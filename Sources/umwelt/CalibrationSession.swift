// SPDX-License-Identifier: Apache-2.0
import Board
import Devices
import Estimation
import Quantities
import Runtime

/// One run of a calibration: its board, its files, and what it tells people.
final class CalibrationSession {
  let board: BoardDescription
  let options: CalibrateOptions
  /// Where calibration.yaml lies.
  let folder: String
  private(set) var calibration: Calibration
  /// Steps that are done, of this run or of one before.
  private(set) var progress: CalibrationProgress
  private let lock: StateLock

  /// Throws: a folder that cannot be had; files there that are not this board's, or are no
  /// calibration.
  init(_ options: CalibrateOptions) throws {
    board = try options.place.load()
    self.options = options
    folder = options.state ?? board.folder
    lock = try StateLock(folder: folder, for: CalibrationFile.path(in: folder))
    calibration =
      try CalibrationFile.load(for: board, folder: folder, note: { complain("umwelt: \($0)") })
      ?? Calibration(board: board.name)
    let fresh = CalibrationProgress(board: board.name, chip: board.imu.chip)
    let before =
      options.restart ? nil : try CalibrationFile.loadProgress(for: board, folder: folder)
    progress = before ?? fresh
    Interruption.watch()
  }

  /// One line for people, at once and out of the way of JSON.
  func say(_ line: String) { options.json ? complain(line) : Terminal.write(line + "\n") }

  /// Saves a step as soon as it is done.
  func record(_ change: (inout CalibrationProgress) -> Void) throws(StateFileError) {
    change(&progress)
    try CalibrationFile.save(progress, folder: folder)
  }

  /// Saves the result, and after it forgets the steps that led there.
  func finish(
    _ change: (inout Calibration) -> Void, forget: (inout CalibrationProgress) -> Void
  ) throws(StateFileError) {
    change(&calibration)
    try CalibrationFile.save(calibration, folder: folder)
    try record(forget)
    say("Saved in \(CalibrationFile.path(in: folder)).")
    let state = options.state.map { " --state \($0)" } ?? ""
    say("Next: `umwelt run --board \(options.place.board)\(state)` uses it.")
  }

  /// The head of the result in JSON.
  func report(_ kind: String) -> JSONObject {
    var object = JSONObject()
    object.add("board", board.name)
    object.add("calibration", kind)
    object.add("file", CalibrationFile.path(in: folder))
    return object
  }

  /// Nothing moves by itself: an Enter is enough, or `--yes`.
  func begin(_ what: String, yes: Bool) throws(CalibrateError) {
    say(what)
    guard !yes else { return }
    guard Operator.isTerminal else { throw .needsYes }
    say("Press Enter to begin, ctrl-C to leave.")
    guard Operator.line() != nil else { throw .interrupted(saved: saved) }
    try checkInterruption()
  }

  /// What an interruption leaves, for messages.
  var saved: String {
    progress.isEmpty
      ? "Nothing was changed."
      : "What was done is saved: run the same command again to go on."
  }

  func checkInterruption() throws(CalibrateError) {
    if Interruption.isRequested { throw .interrupted(saved: saved) }
  }
}
