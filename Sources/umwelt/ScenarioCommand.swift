// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Board
import Codecs
import Simulation
import WorldModel

/// `umwelt sim scenario`: robots that break on purpose, and what must come of it.
struct ScenarioCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scenario",
    abstract: "Run scenario files: a timeline of faults, and the states that must follow.")

  @Argument(help: "Scenario files, or folders of them.") var paths: [String]
  @Option(help: "Folder of the boards.") var boards = "boards"
  @Option(help: "Write JUnit's XML to this file.") var junit: String?
  @Option(help: "Write a table of what fails, what happens and how fast to this file.")
  var markdown: String?
  @Flag(help: "One second a second, as on a robot, instead of as fast as it goes.")
  var realTime = false
  @Flag(help: "Leave out scenarios whose parts are processes, which take real time.")
  var withoutProcesses = false

  func run() throws {
    for path in [junit, markdown].compactMap({ $0 }) { try WholeFile.requirePlace(path) }
    let scenarios = try paths.flatMap { try Scenario.paths(at: $0) }
      .map { try Scenario.load(path: $0) }
      .filter { !withoutProcesses || !$0.isInProcesses }
    guard !scenarios.isEmpty else {
      throw ScenarioError.noScenarios(paths.joined(separator: ", "))
    }
    var report = ScenarioReport()
    var stage = ScenarioStage(boards: boards, pace: realTime ? .realTime : .lockstep)
    for scenario in scenarios {
      for board in scenario.boards {
        let result = try stage.play(scenario, board: board)
        report.results.append(result)
        Terminal.write(ScenarioReport.line(result) + "\n")
      }
    }
    if let junit { try WholeFile.save(Array(report.junit.utf8), to: junit) }
    if let markdown { try WholeFile.save(Array(report.markdown.utf8), to: markdown) }
    print(report.summary)
    if !report.failed.isEmpty { throw ExitCode(1) }
  }
}

/// Boards and models, loaded once, and scenarios on them.
struct ScenarioStage {
  let boards: String
  let pace: Pace
  private var loaded: [String: (board: BoardDescription, model: WorldModel)] = [:]

  init(boards: String, pace: Pace) { (self.boards, self.pace) = (boards, pace) }

  mutating func play(_ scenario: Scenario, board name: String) throws -> ScenarioResult {
    let (board, model) = try load(name)
    do {
      if scenario.isInProcesses {
        return try ScenarioProcesses(scenario, board: board, boards: boards).follow()
      }
      return try ScenarioRun(
        scenario, board: board, model: model, pace: pace
      ).follow()
    } catch let error as ScenarioError {
      throw ScenarioFileError(scenario: scenario.name, why: "\(error)")
    }
  }

  private mutating func load(
    _ name: String
  ) throws -> (board: BoardDescription, model: WorldModel) {
    if let found = loaded[name] { return found }
    let described = try BoardDescription.load(name, boardsFolder: boards)
    guard let board = described.simulated else { throw RunError.noWorld(name) }
    let model = try WorldModel(
      path: board.modelPath, precision: Precisions(.int8),
      maximumRows: max(board.planner.candidates, 64), boards: board.modelBoards)
    loaded[name] = (board, model)
    return (board, model)
  }
}

/// A scenario that cannot be run, and why.
struct ScenarioFileError: Error, CustomStringConvertible {
  let scenario: String
  let why: String

  var description: String { "scenario \(scenario): \(why)" }
}
