// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Board
import Wiring

/// `umwelt board wiring`: which wire goes where.
struct BoardWiringCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wiring",
    abstract: "Draw a board's wiring as SVG, or print it as a table.")

  @Argument(help: "Name of a board, or path of a board file.") var board: String
  @Option(help: "Folder of the boards.") var boards = "boards"
  @Option(help: "The SVG file to write; standard output when absent.") var out: String?
  @Flag(help: "A table for the terminal instead, with parts and settings.") var text = false

  func validate() throws {
    if text, out != nil {
      throw ValidationError("--text and --out exclude each other: the table goes to the terminal.")
    }
  }

  func run() throws {
    let plan = try WiringPlan(ofBoard: board, in: boards)
    if text { return print(plan.text) }
    guard let out else { return print(plan.svg(), terminator: "") }
    try WholeFile.save(Array(plan.svg().utf8), to: out)
    print("\(out): written")
  }
}

/// `umwelt board parts`: what to buy.
struct BoardPartsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parts", abstract: "List the parts of a board.")

  @Argument(help: "Name of a board, or path of a board file.") var board: String
  @Option(help: "Folder of the boards.") var boards = "boards"

  func run() throws {
    print(table(try WiringPlan(ofBoard: board, in: boards).partRows, indent: ""))
  }
}

extension WiringPlan {
  init(ofBoard name: String, in boards: String) throws {
    let board = try BoardDescription.load(name, boardsFolder: boards)
    guard let plan = WiringPlan(board) else { throw BoardUseError.noWires(board.name) }
    self = plan
  }

  /// All of it for a terminal.
  fileprivate var text: String {
    let numbered = notes.enumerated().map { "  \($0 + 1). \($1)" }
    return [
      "\(title): wiring of \(computer)", "",
      table([["wire", "computer", "parts"]] + wireRows), "",
      "Before the first power-up", numbered.joined(separator: "\n"), "",
      "On the computer", enable.map { "  \($0)" }.joined(separator: "\n"), "",
      "Parts", table(partRows)
    ].joined(separator: "\n")
  }
}

/// Why a board cannot be used for this.
enum BoardUseError: Error, CustomStringConvertible {
  /// A simulated robot.
  case noWires(String)
  /// A new board would take the place of one.
  case exists(String)
  /// A name that no folder may have.
  case badName(String)
  case notMade(path: String, why: String)

  /// Whether the command asked for something impossible.
  var isBadUse: Bool { if case .notMade = self { false } else { true } }

  var description: String {
    switch self {
    case .noWires(let board):
      "\(board): simulated, so there is nothing to wire. Choose a board of a real computer: "
        + "`umwelt board list`."
    case .exists(let path):
      "\(path): is there already and stays as it is. Choose another name, or remove it first."
    case .badName(let name):
      "'\(name)' is no name for a board. Use letters, digits, - and _, a letter first."
    case .notMade(let path, let why):
      "\(path): cannot be made: \(why). Check the folder, its permissions and the disk."
    }
  }
}
