// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Quantities
import Safety
import Simulation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A scenario whose machine, guard and runtime are processes, in real time.
///
/// What the runtime thinks, nobody can see who stands outside: armed is a machine whose outputs are
/// on, stopped one whose outputs are safe.
final class ScenarioProcesses {
  private let scenario: Scenario
  private let board: BoardDescription
  private let arguments: [String]
  /// A computer that is too busy stops a robot before anything is broken, or shows it stopped later
  /// than it was: then anew, so often.
  private static let attempts = 5
  /// Who looks every 2 ms and is held up for so long has measured the computer, not the guard: it
  /// is as long as the guard is patient.
  private static let heldUpS = GuardSettings().patienceS

  /// - Throws: `ScenarioError` for a part that is no process.
  init(_ scenario: Scenario, board: BoardDescription, boards: String) throws {
    self.scenario = scenario
    for case .inject(let name, let fault) in scenario.steps.map(\.what) {
      let part = try ScenarioPart(name)
      _ = try part.fault(fault)
      if !part.isProcess { throw ScenarioError.wrongPlace(part, isInProcesses: true) }
    }
    self.board = board
    arguments = ["--board", board.name, "--boards", boards]
  }

  /// Starts the three and follows the timeline from when the robot drives.
  func follow() throws -> ScenarioResult {
    for _ in 1..<Self.attempts {
      do {
        let (result, longestGapS) = try attempt()
        if result.isPassed || longestGapS < Self.heldUpS { return result }
        complain("umwelt: \(scenario.name): this computer was busy; once more")
      } catch {
        guard case GuardBenchError.notDriving = error else { throw error }
      }
    }
    return try attempt().result
  }

  /// What came of it, and for how long nobody looked at most.
  ///
  /// - Throws: `GuardBenchError.notDriving` where it stopped before anything was broken.
  private func attempt() throws -> (result: ScenarioResult, longestGapS: Double) {
    let robot = try GuardedRobot(board)
    var resumesAt: Instant?
    var isHarmed = false
    var trial = ScenarioTrial(scenario, board: board.name)
    try robot.start(
      boardArguments: arguments,
      arguments: ["--seed", "\(scenario.seed)", "--task", scenario.task.rawValue])
    let begin = robot.clock.now
    var (elapsedS, longestGapS) = (0.0, 0.0)
    while elapsedS < scenario.durationS {
      while let step = trial.due(elapsedS, promisedS: { _ in 0.1 }) {
        isHarmed = try carryOut(step, robot, &resumesAt) || isHarmed
      }
      if let at = resumesAt, robot.clock.now >= at {
        robot.runtime?.signal(SIGCONT)
        resumesAt = nil
      }
      let standing = try robot.standing()
      if standing.isSafe, !isHarmed { throw GuardBenchError.notDriving(robot.log) }
      let nowS = (robot.clock.now - begin).seconds
      (longestGapS, elapsedS) = (max(longestGapS, nowS - elapsedS), nowS)
      trial.see(
        ScenarioSight(
          state: standing.isSafe ? .stopped : .armed, reasons: [], isIdle: standing.isSafe),
        // Since when it is safe, not when that was seen.
        standing.isSafe ? min(elapsedS, max((standing.since - begin).seconds, 0)) : elapsedS)
      robot.sleep(seconds: 0.002)
    }
    return (trial.finish(), longestGapS)
  }

  /// Whether it broke something.
  private func carryOut(
    _ step: Scenario.Step, _ robot: GuardedRobot, _ resumesAt: inout Instant?
  ) throws -> Bool {
    guard case .inject(let name, let faultName) = step.what else { return false }
    let part = try ScenarioPart(name)
    switch (part, try part.fault(faultName)) {
    case (.runtime, .off): robot.lose(.kill)
    case (.runtime, .stuck): robot.lose(.stop)
    case (.runtime, .wrong): robot.lose(.loop)
    case (.runtime, .garbage): robot.lose(.hang)
    case (.runtime, .delayed): robot.runtime?.signal(Drill.exhausts)
    case (.runtime, .slow):
      robot.lose(.stop)
      resumesAt = robot.clock.now + Interval(seconds: 2)
    case (.guard, .off): robot.lose(.guard)
    case (.guard, .stuck): robot.lose(.freeze)
    default: preconditionFailure("checked when it was made")
    }
    return true
  }
}
