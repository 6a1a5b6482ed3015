// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Board

/// Everything about board files.
struct BoardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "board", abstract: "Board files: list, check, begin, wire.",
    subcommands: [
      BoardListCommand.self, BoardCheckCommand.self, BoardNewCommand.self,
      BoardWiringCommand.self, BoardPartsCommand.self, BoardFailsafesCommand.self,
      BoardGuardCommand.self, BoardSchemaCommand.self, BoardParametersCommand.self
    ])
}

/// `umwelt board list`: the boards of a folder, broken ones included.
struct BoardListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the boards.")

  @Option(help: "Folder of the boards.") var boards = "boards"
  @Flag(help: "One JSON object on standard output.") var json = false

  func run() throws {
    var rows: [[String]] = []
    var objects: [JSONObject] = []
    for name in try BoardDescription.list(boardsFolder: boards) {
      var object = JSONObject()
      object.add("name", name)
      do throws(BoardError) {
        let board = try BoardDescription.load(name, boardsFolder: boards)
        rows.append([name, board.machineWords, board.title])
        object.add("title", board.title)
        object.add("machine", board.machine == .linux ? "linux" : board.machineWords)
        object.add("computer", board.computer?.name)
        object.add("model", board.modelPath)
      } catch {
        rows.append([name, "broken", "umwelt board check \(boards)/\(name)/board.yaml"])
        object.add("errors", error.problems.map(\.description))
      }
      objects.append(object)
    }
    if json {
      var all = JSONObject()
      all.add("boards", objects)
      print(all.text)
    } else {
      print(rows.isEmpty ? "no boards in \(boards)" : table(rows, indent: ""))
    }
  }
}

/// `umwelt board check`: says "fine", or everything that is wrong.
struct BoardCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check board files, and say all that is wrong with them.")

  @Argument(help: "Board files, or names of boards.") var files: [String]
  @Option(help: "Folder of the boards.") var boards = "boards"

  func run() throws {
    var isFine = true
    for file in files {
      do throws(BoardError) {
        _ = try load(file)
        print("\(file): fine")
      } catch {
        complain("\(error)")
        isFine = false
      }
    }
    if !isFine { throw ExitCode(2) }
  }

  /// A bare word is a board where there is one of that name, else a file.
  private func load(_ file: String) throws(BoardError) -> BoardDescription {
    do throws(BoardError) {
      return try BoardDescription.load(file, boardsFolder: boards)
    } catch {
      if file.contains("/") || file.hasSuffix(".yaml") || isListed(file) { throw error }
    }
    return try BoardDescription.load(path: file)
  }

  private func isListed(_ name: String) -> Bool {
    do throws(BoardError) {
      return try BoardDescription.list(boardsFolder: boards).contains(name)
    } catch { return false }
  }
}

/// `umwelt board schema`: for editors.
struct BoardSchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the JSON Schema of board files, for editors.")

  func run() { print(BoardDescription.jsonSchema(), terminator: "") }
}

extension BoardDescription {
  /// What the robot runs on, for people.
  fileprivate var machineWords: String {
    switch machine {
    case .simulated(let world): "simulated \(world.rawValue)"
    case .linux: computer?.title ?? "linux"
    }
  }
}
