// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Board
import WorldModel

/// `--board`, and where boards live.
struct BoardOption: ParsableArguments {
  @Option(help: "Name of a board, or path of a board file.") var board = "sim-rover"
  @Option(help: "Folder of the boards.") var boards = "boards"

  func load() throws -> BoardDescription {
    try BoardDescription.load(board, boardsFolder: boards)
  }

  /// The same with what was set on its console and saved.
  func loadSettings(stateFolder: String?) throws -> BoardSettings {
    try BoardSettings.load(
      board, boardsFolder: boards, stateFolder: stateFolder,
      note: { complain("umwelt: \($0)") })
  }

  /// The board on simulated chips, whatever it really runs on.
  func loadSimulated() throws -> BoardDescription { try simulated(try load()) }

  func simulated(_ board: BoardDescription) throws -> BoardDescription {
    guard let simulated = board.simulated else { throw RunError.noWorld(board.name) }
    return simulated
  }

  /// The model that this kind of planner needs; nil when it needs none.
  func loadModel(
    _ board: BoardDescription, path: String?, kind: PlannerKind, precision: Precision
  ) throws -> WorldModel? {
    let rows = max(board.planner.candidates, 64)
    switch kind {
    case .model:
      return try WorldModel(
        path: path ?? board.modelPath, precision: Precisions(precision), maximumRows: rows,
        boards: board.modelBoards)
    case .randomEncoder:
      return try WorldModel(
        path: path ?? "\(board.folder)/control.safetensors", precision: Precisions(precision),
        maximumRows: rows, boards: board.modelBoards)
    case .oracle, .random, .noop: return nil
    }
  }
}

extension Precision: ExpressibleByArgument {}
extension Level: ExpressibleByArgument {}
extension PlannerKind: ExpressibleByArgument {}
