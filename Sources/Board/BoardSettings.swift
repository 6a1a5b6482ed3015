// SPDX-License-Identifier: Apache-2.0

/// A board and what was set on top of its files: what `set` on the console changes.
///
/// ```
/// computers/pi5.yaml <- robots/rover.yaml <- board.yaml <- parameters.yaml <- set
/// ```
/// A value of this type is always a board without a fault: a change that would make one is refused
/// as `board check` would, all of it or nothing.
public struct BoardSettings: Sendable {
  /// The robot with everything that was set.
  public private(set) var board: BoardDescription
  /// What was set on top of the files: values as in the files, by the parameters' names.
  public private(set) var overrides: [String: String]
  /// In the order of board.yaml's table.
  public let parameters: [BoardParameter]
  private let tree: Tree
  private let path: String
  private let files: [String]
  private let indexOfName: [String: Int]

  /// Reads a board, named as for `BoardDescription.load`, without what was set.
  public static func load(
    _ nameOrPath: String, boardsFolder: String
  ) throws(BoardError) -> BoardSettings {
    let path = try BoardDescription.path(of: nameOrPath, boardsFolder: boardsFolder)
    return try BoardSettings(text: try BoardFile.text(path: path), path: path)
  }

  /// Checks the text of a board file.
  public init(text: String, path: String) throws(BoardError) {
    var files: [String] = []
    let tree = try Bases.merge(
      try BoardText.parse(text, path: path), path: path, read: &files)
    (self.tree, self.path, self.files, overrides) = (tree, path, files, [:])
    parameters = BoardParameter.all(of: tree)
    indexOfName = Dictionary(
      parameters.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    board = try Self.board(tree, path: path, files: files)
  }

  /// The same files with other values on top.
  private init(
    _ settings: BoardSettings, overrides: [String: String], places: [String: Place]
  ) throws(BoardError) {
    self = settings
    var whole = tree
    for (name, text) in overrides.sorted(by: { $0.key < $1.key }) {
      let place = places[name] ?? Place(line: 1, column: 1, file: "set \(name)")
      whole = whole.setting(name.split(separator: "."), to: Tree(value: text, at: place))
    }
    self.overrides = overrides
    board = try Self.board(whole, path: path, files: files)
  }

  private static func board(
    _ tree: Tree, path: String, files: [String]
  ) throws(BoardError) -> BoardDescription {
    var board = try BoardDescription.check(
      tree, path: path, folderName: BoardDescription.folderName(for: path))
    board.files = files
    return board
  }

  /// The parameter of this name; nil for none.
  public subscript(name: String) -> BoardParameter? { indexOfName[name].map { parameters[$0] } }

  /// What holds, as one would type it; "-" where it follows from others.
  public func value(_ parameter: BoardParameter) -> String {
    let text = overrides[parameter.name] ?? fileValue(parameter) ?? parameter.standard
    return text.map { parameter.canonical($0) ?? $0 } ?? "-"
  }

  /// What the board's files say, or the standard value; "-" where it follows from others.
  public func valueBefore(_ parameter: BoardParameter) -> String {
    (fileValue(parameter) ?? parameter.standard).map { parameter.canonical($0) ?? $0 } ?? "-"
  }

  /// Where the value comes from: "set", "boards/pi5/board.yaml:12" or "standard".
  public func source(_ parameter: BoardParameter) -> String {
    if overrides[parameter.name] != nil { return "set" }
    guard let there = tree.part(parameter.name.split(separator: ".")), there.value != nil else {
      return "standard"
    }
    return "\(there.place.file ?? path):\(there.place.line)"
  }

  /// The parameter that was probably meant; nil when none is close.
  public func nearestName(to word: String) -> String? {
    nearest(to: word, among: parameters.map(\.name))
  }

  /// The same with these changes, nil taking one back to what the files say; checked as a whole.
  ///
  /// - Parameter places: where each stands, where that is a file.
  /// Throws: everything that is wrong with the board then.
  public func setting(
    _ changes: [String: String?], places: [String: Place] = [:]
  ) throws(BoardError) -> BoardSettings {
    var overrides = overrides
    var unknown: [BoardProblem] = []
    for (name, text) in changes.sorted(by: { $0.key < $1.key }) {
      guard let parameter = self[name] else {
        unknown.append(noParameter(name, at: places[name]))
        continue
      }
      let value = text.map { parameter.canonical(trimmed($0)) ?? trimmed($0) }
      // What the files say anyway is not kept: they may change.
      overrides[name] = value == valueBefore(parameter) ? nil : value
    }
    if !unknown.isEmpty { throw BoardError(unknown) }
    return try BoardSettings(self, overrides: overrides, places: places)
  }

  private func fileValue(_ parameter: BoardParameter) -> String? {
    tree.part(parameter.name.split(separator: "."))?.value
  }

  private func noParameter(_ name: String, at place: Place?) -> BoardProblem {
    let hint = nearestName(to: name).map { "Did you mean '\($0)'?" }
    return BoardProblem(
      kind: .unknownKey, path: place?.file ?? path, place: place,
      what: "there is no parameter '\(name)'", remedy: hint ?? "`get` lists them all.")
  }
}
