// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Board
import Simulation

/// `umwelt sim inject`: breaks one part of a robot that drives, and tells what comes of it.
struct InjectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inject",
    abstract: "Break one part of a simulated robot that drives, and tell what comes of it.",
    discussion: "Without a part: everything that can be broken, and how.")

  @OptionGroup var place: BoardOption
  @Argument(help: "The part.") var part: String?
  @Argument(help: "How: ok, off, stuck, garbage, wrong, slow, delayed or intermittent.")
  var fault: String?
  @Option(help: "Seconds from arming until it breaks.") var at = 2.0
  @Option(help: "Seconds to look on after that.") var seconds = 6.0
  @Option(help: "Seed of everything random.") var seed = 1

  func validate() throws {
    guard (part == nil) == (fault == nil) else {
      throw ValidationError("name a part and a fault, or neither for a list.")
    }
    guard at >= 0, at <= 3600, seconds > 0, seconds <= 3600 else {
      throw ValidationError("--at and --seconds: give times between 0 and 3600.")
    }
  }

  func run() throws {
    guard let part, let fault else { return list() }
    let chosen = try ScenarioPart(part)
    _ = try chosen.fault(fault)
    let scenario = Scenario(
      name: "\(part) \(fault)", title: "", boards: [place.board], task: .medium, seed: seed,
      isInProcesses: chosen.isProcess, durationS: at + seconds,
      steps: [
        .init(
          atS: at, what: .inject(part: part, fault: fault), place: Place(line: 1, column: 1))
      ])
    var stage = ScenarioStage(boards: place.boards, pace: .lockstep)
    let result = try stage.play(scenario, board: place.board)
    for change in result.changes {
      print("\(fixed(change.atS, 2)) s  \(change.words)")
    }
  }

  private func list() {
    for part in ScenarioPart.all {
      print(part.name)
      for (fault, what) in part.faults { print("  \(fault.rawValue)  \(what)") }
    }
  }
}
