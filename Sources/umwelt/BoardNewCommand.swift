// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Board
import Wiring

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// `umwelt board new`: a folder for a robot of one's own, to be edited.
struct BoardNewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Begin a board of a known computer and a known robot.")

  @Argument(help: "The new board's name.") var name: String
  @Option(help: "A file of boards/computers, such as pi5.") var computer: String
  @Option(help: "A file of boards/robots, such as rover.") var robot: String
  @Option(help: "Folder of the boards.") var boards = "boards"

  func run() throws {
    let isName =
      name.first?.isLetter == true
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    guard isName else { throw BoardUseError.badName(name) }
    let folder = "\(boards)/\(name)"
    guard access(folder, F_OK) != 0 else { throw BoardUseError.exists(folder) }
    let text = try BoardDescription.draft(
      name: name, computer: computer, robot: robot, boardsFolder: boards)
    let board = try BoardDescription.parse(text, path: "\(folder)/board.yaml", folderName: name)
    var files = [("board.yaml", text)]
    if let plan = WiringPlan(board) { files.append(("wiring.svg", plan.svg())) }
    try make(folder, files)
    print("\(folder): written. Edit board.yaml, then: umwelt board check \(name)")
  }

  /// The folder appears whole or not at all, and takes nothing's place.
  private func make(_ folder: String, _ files: [(name: String, text: String)]) throws {
    let partial = "\(boards)/.\(name).\(getpid()).partial"
    guard mkdir(partial, 0o755) == 0 else { throw failure(folder) }
    do {
      for file in files { try WholeFile.save(Array(file.text.utf8), to: "\(partial)/\(file.name)") }
      guard rename(partial, folder) == 0 else { throw failure(folder) }
    } catch {
      for file in files { unlink("\(partial)/\(file.name)") }
      rmdir(partial)
      throw error
    }
  }

  private func failure(_ folder: String) -> BoardUseError {
    let number = errno
    if number == EEXIST || number == ENOTEMPTY { return .exists(folder) }
    // SAFETY: strerror's text is NUL-terminated and copied at once.
    let why = strerror(number).map { String(cString: $0) } ?? "errno \(number)"
    return .notMade(path: folder, why: why)
  }
}
