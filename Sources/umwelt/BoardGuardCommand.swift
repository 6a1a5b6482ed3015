// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Board

/// `umwelt board guard`: what `umwelt-guard` is called with for a board.
struct BoardGuardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "guard", abstract: "Print the arguments of umwelt-guard for a board.",
    discussion: "umwelt-guard $(umwelt board guard robin)")

  @Argument(help: "Name of a board, or path of a board file.") var board: String
  @Option(help: "Folder of the boards.") var boards = "boards"
  @Option(help: "The shared memory that umwelt run --guard is given.")
  var memory = "/run/umwelt-guard/memory"

  func run() throws {
    let board = try BoardDescription.load(board, boardsFolder: boards)
    try board.requireStoppable()
    var words = board.guardArguments(memory: memory)
    if let device = board.computer?.watchdog?.device { words += ["--watchdog", device] }
    print(words.joined(separator: " "))
  }
}
