// SPDX-License-Identifier: Apache-2.0

/// What was set on the console and saved: `parameters.yaml` in the state folder, one line each,
/// two generations with a check (`StateFile`). People may edit it.
extension BoardSettings {
  public static func path(in folder: String) -> String { "\(folder)/parameters.yaml" }

  /// Reads a board with what was saved for it.
  ///
  /// - Parameter note: hears what is odd about the file that is used: see `StateFile.load`.
  /// Throws: everything that is wrong with either file; that the saved one is another board's.
  public static func load(
    _ nameOrPath: String, boardsFolder: String, stateFolder: String?,
    note: (StateNote) -> Void = { _ in }
  ) throws(BoardError) -> BoardSettings {
    let settings = try load(nameOrPath, boardsFolder: boardsFolder)
    return try settings.withSaved(folder: stateFolder ?? settings.board.folder, note: note)
  }

  /// The same with what was saved in a folder.
  public func withSaved(
    folder: String, note: (StateNote) -> Void = { _ in }
  ) throws(BoardError) -> BoardSettings {
    let path = Self.path(in: folder)
    guard let found = try StateFile.load(path, by: .people, note: note) else { return self }
    return try reading(found.text, path: found.path)
  }

  /// The same with the lines of a saved file.
  public func reading(_ text: String, path: String) throws(BoardError) -> BoardSettings {
    guard case .mapping(let entries, let start) = try BoardText.parse(text, path: path) else {
      preconditionFailure("a file's root is a mapping: BoardText.parse sees to it")
    }
    var changes: [String: String?] = [:]
    var places: [String: Place] = [:]
    var owner: String?
    for entry in entries {
      guard let name = entry.name, let value = entry.value.value else {
        throw Self.refusal(
          path, entry.keyPlace, "not a parameter and its value",
          "Write each as 'safety.ramp: 0.3 s', or delete the line.")
      }
      if name == "board" {
        owner = value
        continue
      }
      changes[name] = value
      places[name] = Place(
        line: entry.keyPlace.line, column: entry.keyPlace.column, file: path)
    }
    guard owner == board.name else {
      let whose =
        owner.map { "these are the parameters of '\($0)'" } ?? "it does not say whose it is"
      throw Self.refusal(
        path, start, whose,
        "This board is '\(board.name)': name another folder with --state, or move the file away.")
    }
    return try setting(changes, places: places)
  }

  /// What `save` writes.
  public var savedText: String {
    let order = parameters.compactMap { parameter in
      overrides[parameter.name].map { "\(parameter.name): \($0)" }
    }
    return """
      # Set on the console of umwelt; wins over board.yaml. Delete a line to take it back.
      board: \(board.name)
      \(order.joined(separator: "\n"))

      """
  }

  /// Whole or not at all, the file before kept.
  public func save(folder: String) throws(StateFileError) {
    try StateFile.save(savedText, path: Self.path(in: folder))
  }

  private static func refusal(
    _ path: String, _ place: Place, _ what: String, _ remedy: String
  ) -> BoardError {
    var there = place
    there.file = path
    return BoardError([
      BoardProblem(kind: .wrongType, path: path, place: there, what: what, remedy: remedy)
    ])
  }
}
