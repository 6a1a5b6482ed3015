// SPDX-License-Identifier: Apache-2.0

/// The calibration's files, in a folder that stays: the board's own, or another where that is
/// read-only.
///
/// YAML like board.yaml, read by the same tables: people compare and mend it, and a mistake is
/// reported with its line.
public enum CalibrationFile {
  /// - Parameter folder: the state folder.
  public static func path(in folder: String) -> String { "\(folder)/calibration.yaml" }

  /// Where the steps of an unfinished calibration are.
  public static func progressPath(in folder: String) -> String {
    "\(folder)/calibration.partial.yaml"
  }

  /// The calibration of this board; nil when there is none.
  ///
  /// - Parameter note: hears what is odd about the file that is used: see `StateFile.load`.
  /// Throws: everything that is wrong with it; that it is another board's or chip's, too; that
  /// there is no such folder, whose robot would run uncalibrated without a word.
  public static func load(
    for board: BoardDescription, folder: String, note: (StateNote) -> Void = { _ in }
  ) throws(BoardError) -> Calibration? {
    let path = path(in: folder)
    guard BoardFile.isFolder(folder) else {
      throw BoardFile.failure(
        folder, nil, "there is no such folder",
        "Name the one that holds calibration.yaml, or leave --state away.")
    }
    let advice =
      "Mend it, put \(StateFile.previous(of: path)) in its place, or delete it and run "
      + "`umwelt calibrate imu --board \(board.name)`."
    return try explain(path, "the calibration is not used", advice) {
      () throws(BoardError) -> Calibration? in
      guard let found = try StateFile.load(path, by: .people, note: note) else { return nil }
      return try parse(found.text, path: found.path, for: board)
    }
  }

  /// The done steps of this board's unfinished calibration; nil when there are none.
  public static func loadProgress(
    for board: BoardDescription, folder: String
  ) throws(BoardError) -> CalibrationProgress? {
    let path = progressPath(in: folder)
    guard BoardFile.exists(path) else { return nil }
    let advice = "Start over with --restart, which deletes it."
    return try explain(path, "the steps done before cannot be used", advice) {
      () throws(BoardError) in
      try parseProgress(try BoardFile.text(path: path), path: path, for: board)
    }
  }

  /// Whole or not at all, the file before kept.
  public static func save(_ calibration: Calibration, folder: String) throws(StateFileError) {
    try StateFile.save(calibration.text, path: path(in: folder))
  }

  /// Whole or not at all; no steps, no file.
  public static func save(
    _ progress: CalibrationProgress, folder: String
  ) throws(StateFileError) {
    let path = progressPath(in: folder)
    if progress.isEmpty { return try StateFile.remove(path) }
    try StateFile.stage(Array(progress.text.utf8), path: path).commit()
  }

  /// Checks the text of a calibration.
  public static func parse(
    _ text: String, path: String, for board: BoardDescription
  ) throws(BoardError) -> Calibration {
    let log = ProblemLog(path: path)
    let file = try Section(text, Calibration.table, path: path, log: log)
    let calibration = Calibration(file, for: board, log)
    try log.throwIfAny()
    return calibration
  }

  /// Checks the text of an unfinished calibration.
  public static func parseProgress(
    _ text: String, path: String, for board: BoardDescription
  ) throws(BoardError) -> CalibrationProgress {
    let log = ProblemLog(path: path)
    let file = try Section(text, CalibrationProgress.table, path: path, log: log)
    let progress = CalibrationProgress(file, for: board, log)
    try log.throwIfAny()
    return progress
  }

  /// Says before what is wrong what follows from it.
  private static func explain<Value>(
    _ path: String, _ what: String, _ advice: String, read: () throws(BoardError) -> Value
  ) throws(BoardError) -> Value {
    do throws(BoardError) { return try read() } catch {
      let first = BoardProblem(
        kind: .file, path: path, place: nil, what: what, remedy: advice)
      throw BoardError([first] + error.problems)
    }
  }
}

extension Section {
  /// The whole of a file.
  init(
    _ text: String, _ table: Table, path: String, log: ProblemLog
  ) throws(BoardError) {
    guard case .mapping(let entries, let place) = try BoardText.parse(text, path: path) else {
      preconditionFailure("a file's root is a mapping: BoardText.parse sees to it")
    }
    self.init(entries, table, path: "", place: place, log: log)
  }
}
