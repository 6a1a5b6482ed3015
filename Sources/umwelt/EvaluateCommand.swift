// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Board
import WorldModel

/// `umwelt sim evaluate`: many seeded episodes, rates with confidence intervals.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Run many seeded episodes and report rates with 95 % intervals.")

  @OptionGroup var place: BoardOption
  @Option(help: "easy, medium or hard.") var task = Level.medium
  @Option(help: "Episodes.") var episodes = 200
  @Option(help: "Seed of the whole evaluation; drawn and printed when absent.") var seed: UInt64?
  @Option(help: "model, oracle, random, noop or random-encoder.") var planner = PlannerKind.model
  @Option(help: "int8, or float for the reference path.") var precision = Precision.int8
  @Option(help: "Another model file.") var model: String?
  @Flag(help: "One JSON object on standard output.") var json = false

  func validate() throws {
    guard (1...1_000_000).contains(episodes) else {
      throw ValidationError("--episodes is \(episodes), but must be in 1...1000000.")
    }
  }

  func run() throws {
    let board = try place.loadSimulated()
    let model = try place.loadModel(board, path: model, kind: planner, precision: precision)
    let seed = seed ?? UInt64.random(in: 1...999_999)
    var outcomes: [Outcome] = []
    var tickMs: [Double] = []
    for episode in 0..<episodes {
      let run = try SimulatedRun(
        board: board, level: task, kind: planner, model: model,
        seed: seed &* 1_000_003 &+ UInt64(episode), pace: .lockstep)
      try run.start()
      var decisions = run.loop.decisions
      var isGoingOn = true
      while isGoingOn {
        let begin = threadTimeMs()
        isGoingOn = run.step()
        if run.loop.decisions > decisions {
          tickMs.append(threadTimeMs() - begin)
          decisions = run.loop.decisions
        }
      }
      outcomes.append(run.judge.outcome)
    }
    let report = EvaluationReport(
      board: board.name, task: task.rawValue, planner: planner.rawValue, seed: seed,
      outcomes: outcomes, tickMs: tickMs)
    print(json ? report.json : report.text)
  }
}
