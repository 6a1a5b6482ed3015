// SPDX-License-Identifier: Apache-2.0
import Board
import LoopFixtures
import ModelFixtures
import Planning
import Runtime
import Testing
import WorldModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

@Suite("A model and its board")
struct BoardOfModelTests {
  /// A mind of a tiny model for sim-balance.
  private func mind(_ board: BoardDescription, hasSurprise: Bool = true) throws {
    let path = "/tmp/umwelt-board-\(UInt64.random(in: 0 ... .max)).safetensors"
    defer { unlink(path) }
    try TinyModel.balance(hasSurprise: hasSurprise).write(path)
    let settings = PlannerSettings(bounds: [-1...1])
    _ = try PlanningMind(
      board: board, model: WorldModel(path: path, maximumRows: settings.candidates),
      planner: ICEM(settings: settings, actionCount: 1, seed: 1))
  }

  @Test("belong together, unless the board shares another's on purpose")
  func belongTogether() throws {
    var board = try BoardName.balance.load()
    try mind(board)
    board.modelBoards = ["rig"]
    #expect {
      try mind(board)
    } throws: { error in
      "\(error)".contains("was trained for board sim-balance")
    }
    board.modelBoards = ["rig", "sim-balance"]
    try mind(board)
  }

  @Test("do not go together where the model says no usual surprise")
  func needASurprise() throws {
    let board = try BoardName.balance.load()
    #expect {
      try mind(board, hasSurprise: false)
    } throws: { error in
      "\(error)".contains("no usual prediction error (surprise)")
    }
  }
}
