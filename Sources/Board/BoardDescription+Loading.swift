// SPDX-License-Identifier: Apache-2.0

extension BoardDescription {
  /// Reads and checks one board file; a draft may have another name than board.yaml.
  ///
  /// Throws: everything that is wrong with it.
  public static func load(path: String) throws(BoardError) -> BoardDescription {
    try parse(try BoardFile.text(path: path), path: path, folderName: folderName(for: path))
  }

  /// The name that the board in this file must have; nil for a draft.
  static func folderName(for path: String) -> String? {
    let isInItsFolder = path == "board.yaml" || path.hasSuffix("/board.yaml")
    return isInItsFolder ? BoardFile.folderName(ofFile: path) : nil
  }

  /// Reads a board by its name in the boards folder, or by a path to its file or folder.
  ///
  /// Throws: what there is and what was probably meant, when there is no such board.
  public static func load(
    _ nameOrPath: String, boardsFolder: String
  ) throws(BoardError) -> BoardDescription {
    try load(path: try path(of: nameOrPath, boardsFolder: boardsFolder))
  }

  /// The file of a board that is named as for `load`.
  static func path(of nameOrPath: String, boardsFolder: String) throws(BoardError) -> String {
    let isPath = nameOrPath.contains("/") || nameOrPath.hasSuffix(".yaml")
    let folder = isPath ? nameOrPath : "\(boardsFolder)/\(nameOrPath)"
    let file = BoardFile.isFolder(folder) ? "\(folder)/board.yaml" : folder
    if isPath || (file != folder && BoardFile.exists(file)) { return file }
    let names = try list(boardsFolder: boardsFolder)
    let hint = nearest(to: nameOrPath, among: names).map { "Did you mean '\($0)'? " } ?? ""
    let there = names.isEmpty ? "There are no boards here." : "boards here: \(list(names))."
    throw BoardFile.failure(boardsFolder, nil, "no board is called '\(nameOrPath)'", hint + there)
  }

  /// The names of the boards in a folder, sorted.
  public static func list(boardsFolder: String) throws(BoardError) -> [String] {
    try BoardFile.boards(in: boardsFolder)
  }

  /// Checks the text of a board file.
  ///
  /// - Parameters:
  ///   - path: for the messages, and where `modelPath` starts.
  ///   - folderName: the name the board must have; nil to allow any.
  /// Throws: everything that is wrong with it.
  public static func parse(
    _ text: String, path: String, folderName: String? = nil
  ) throws(BoardError) -> BoardDescription {
    var files: [String] = []
    let tree = try Bases.merge(
      try BoardText.parse(text, path: path), path: path, read: &files)
    var board = try check(tree, path: path, folderName: folderName)
    board.files = files
    return board
  }

  /// Checks a board whose files are merged.
  static func check(
    _ tree: Tree, path: String, folderName: String?
  ) throws(BoardError) -> BoardDescription {
    let log = ProblemLog(path: path)
    guard case .mapping(let entries, let place) = tree else {
      preconditionFailure("a board's root is a mapping: BoardText.parse sees to it")
    }
    try refusePart(entries.compactMap(\.key), path: path)
    let file = Section(entries, table, path: "", place: place, log: log)
    checkNames(file, folderName: folderName, log)
    checkOutputs(file, log)
    checkAddresses(file, log)
    checkLines(file, log)
    checkChips(file, log)
    checkTiming(file, log)
    checkFailsafes(file, log)
    checkGuard(file, log)
    try log.throwIfAny()
    return BoardDescription(file, folder: BoardFile.folder(ofFile: path))
  }

  /// A computer's or a robot's file is half a board: what it lacks is no mistake in it.
  private static func refusePart(_ keys: [String], path: String) throws(BoardError) {
    let own = [Keys.board.field.name, Keys.title.field.name, Keys.machine.field.name]
    guard own.allSatisfy({ !keys.contains($0) }) else { return }
    let part =
      keys.contains(Keys.computer.field.name) && !keys.contains(Keys.goal.field.name)
      ? "a computer" : keys.contains(Keys.goal.field.name) ? "a robot" : nil
    guard let part else { return }
    throw BoardFile.failure(
      path, nil, "this file describes \(part), which is a part of boards and no board itself",
      "Check a board that extends it, or begin one with `umwelt board new`.")
  }

  private static func list(_ names: [String]) -> String { names.joined(separator: ", ") }
}
