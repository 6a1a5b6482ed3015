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
      let computers = try BoardDescription.bases(.computers, boardsFolder: folder)
      return try BoardDescription.list(boardsFolder: folder).filter { name in
        ["-rover", "-balance"].contains { end in computers.contains { $0 + end == name } }
      }
    } catch { return [] }
  }()
}
