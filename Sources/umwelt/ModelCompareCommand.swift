// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Board
import Planning
import Runtime
import WorldModel

/// `umwelt model compare`: what int8 costs where it matters, in the ranking of the planner's own
/// candidates.
struct ModelCompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare int8 with float, part by part, on what the planner asks while int8 drives.")

  @OptionGroup var place: BoardOption
  @Option(help: "easy, medium or hard.") var task = Level.medium
  @Option(help: "Plans to compare.") var plans = 200
  @Option(help: "Seed of the episodes; drawn and printed when absent.") var seed: UInt64?
  @Option(help: "A model file instead of the board's.") var model: String?
  @Flag(help: "Fail with exit code 1 where a gate of the report is not passed.") var gates = false
  @Flag(help: "One JSON object on standard output.") var json = false

  func validate() throws {
    guard (1...1_000_000).contains(plans) else {
      throw ValidationError("--plans is \(plans), but must be in 1...1000000.")
    }
  }

  func run() throws {
    var board = try place.load()
    // Both minds must plan at the same moments; where to hold still is not what is compared.
    board.planner.holdDistance = 0
    let path = model ?? board.modelPath
    board.modelPath = path
    try Self.check(path)
    let rows = board.planner.candidates
    let models = try ComparingMind.Models(
      path: path, maximumRows: rows, boards: board.modelBoards)
    let seed = seed ?? UInt64.random(in: 1...999_999)
    let comparisons = Dictionary(
      uniqueKeysWithValues: ComparedPart.allCases.map {
        ($0, PrecisionComparison(elites: board.planner.elites))
      })
    var done: Int { comparisons[.both]?.plans ?? 0 }
    var episodes: UInt64 = 0
    while done < plans {
      let before = done
      let run = try SimulatedRun(
        board: board, level: task, kind: .model, model: models.parts[.both],
        seed: seed &* 1_000_003 &+ episodes, pace: .lockstep
      ) { judge in
        try ComparingMind(
          board: board, models: models, judge: judge, seed: seed &* 1_000_003 &+ episodes,
          comparisons: comparisons)
      }
      try run.start()
      while done < plans, run.step() {}
      guard done > before else {
        throw ModelUseError.neverPlanned(board: board.name, seed: seed)
      }
      episodes += 1
    }
    let report = CompareReport(
      board: board.name, task: task.rawValue, model: path, seed: seed, episodes: Int(episodes),
      comparisons: comparisons)
    print(json ? report.json : report.text)
    if gates, !report.isPassed { throw ExitCode.failure }
  }

  /// Refuses a model that no board can drive, before one is told to be another board's.
  private static func check(_ path: String) throws {
    let info = try ModelInfo(of: Safetensors(path: path))
    guard info.surprise != nil else {
      throw ModelUseError.drivesNoBoard(path, lacks: "the usual prediction error (surprise: null)")
    }
    guard info.action.block == 1 else {
      throw ModelUseError.drivesNoBoard(
        path, lacks: "single actions (it takes blocks of \(info.action.block))")
    }
  }
}
