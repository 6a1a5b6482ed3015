// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Board

/// `umwelt board parameters`: what can be tuned, and how far.
struct BoardParametersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parameters",
    abstract: "List a board's parameters: value, range, and when a change counts.",
    discussion: "`set` on the console changes them; `save` there keeps it in parameters.yaml.")

  @Argument(help: "Name of a board, or path of a board file.") var board: String
  @Option(help: "Folder of the boards.") var boards = "boards"
  @Option(help: "Folder of parameters.yaml; the board's own where this is not given.")
  var state: String?
  @Flag(help: "The README's table.") var markdown = false
  @Flag(help: "One JSON object on standard output.") var json = false

  func run() throws {
    let settings = try BoardSettings.load(
      board, boardsFolder: boards, stateFolder: state, note: { complain("umwelt: \($0)") })
    if markdown { return print(BoardParameter.markdown(settings), terminator: "") }
    if json { return print(object(settings).text) }
    let rows = settings.parameters.map { parameter in
      [
        parameter.name, settings.value(parameter), parameter.range, parameter.effect.rawValue,
        settings.source(parameter)
      ]
    }
    print(table([["parameter", "value", "range", "counts", "from"]] + rows, indent: ""))
  }

  private func object(_ settings: BoardSettings) -> JSONObject {
    var all = JSONObject()
    all.add("board", settings.board.name)
    all.add(
      "parameters",
      settings.parameters.map { parameter in
        var object = JSONObject()
        object.add("name", parameter.name)
        object.add("value", settings.value(parameter))
        object.add("standard", parameter.standard)
        object.add("range", parameter.range)
        object.add("unit", parameter.unit)
        object.add("effect", parameter.effect.rawValue)
        object.add("from", settings.source(parameter))
        object.add("what", parameter.help)
        return object
      })
    return all
  }
}
