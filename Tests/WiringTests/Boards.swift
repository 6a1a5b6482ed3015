// SPDX-License-Identifier: Apache-2.0
import Board

/// The repository's boards.
enum Boards {
  static let folder =
    #filePath.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/" + $1 } + "/boards"

  static func load(_ name: String) throws -> BoardDescription {
    try BoardDescription.load(name, boardsFolder: folder)
  }

  /// Those of real computers.
  static let real: [String] = {
    do {
      return try BoardDescription.list(boardsFolder: folder).filter { !$0.hasPrefix("sim-") }
    } catch { return [] }
  }()
}
