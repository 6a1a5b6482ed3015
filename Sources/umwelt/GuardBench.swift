// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Quantities

/// What becomes of the outputs of a guarded robot when one of its processes is lost.
final class GuardBench {
  /// How long the outputs may take to be safe before that is "never".
  static let patienceS = 5.0

  private let board: BoardDescription
  private let boardArguments: [String]
  private let runArguments: [String]
  private var random: SeededGenerator

  /// - Parameter arguments: what else `umwelt run` is told.
  init(_ place: BoardOption, seed: UInt64, arguments: [String]) throws {
    board = try place.loadSimulated()
    boardArguments = ["--board", place.board, "--boards", place.boards]
    runArguments = arguments
    random = SeededGenerator(seed: seed, stream: "guard bench")
  }

  /// How often a robot stopped before anything was taken away: the computer was too busy for it.
  private(set) var spoiled = 0

  /// As `loseOnce`, again where the robot stopped too early.
  func lose(_ loss: Loss) throws -> Double? {
    for _ in 0..<9 {
      do { return try loseOnce(loss) } catch {
        guard case GuardBenchError.notDriving = error else { throw error }
        spoiled += 1
      }
    }
    return try loseOnce(loss)
  }

  /// Lets a robot drive and takes `loss` away; milliseconds until the outputs are safe, nil for
  /// never.
  private func loseOnce(_ loss: Loss) throws -> Double? {
    let robot = try GuardedRobot(board)
    try robot.start(boardArguments: boardArguments, arguments: runArguments)
    robot.sleep(seconds: random.uniform(0.1...1.1))
    guard try !robot.standing().isSafe else { throw GuardBenchError.notDriving(robot.log) }
    let begin = robot.clock.now
    robot.lose(loss)
    let tookMs = try waitUntilSafe(robot, since: begin)
    if loss == .guard || loss == .freeze { try waitUntilGivenUp(robot) }
    return tookMs
  }

  private func waitUntilSafe(_ robot: GuardedRobot, since begin: Instant) throws -> Double? {
    let end = robot.clock.now + Interval(seconds: Self.patienceS)
    while robot.clock.now < end {
      let standing = try robot.standing()
      if standing.isSafe { return (standing.since - begin).milliseconds }
      robot.sleep(seconds: 0.002)
    }
    return nil
  }

  /// A runtime whose guard is gone must stop by itself.
  private func waitUntilGivenUp(_ robot: GuardedRobot) throws {
    let end = robot.clock.now + Interval(seconds: Self.patienceS)
    while robot.runtime?.ended() == nil {
      guard robot.clock.now < end else { throw GuardBenchError.goesOn }
      robot.sleep(seconds: 0.005)
    }
    if robot.runtime?.ended() == 0 { throw GuardBenchError.goesOn }
  }
}

/// What a bench found before it could measure.
enum GuardBenchError: Error, CustomStringConvertible {
  case notDriving(String)
  case goesOn

  var description: String {
    switch self {
    case .notDriving(let log): "the runtime did not drive:\n" + log
    case .goesOn: "the runtime goes on although its guard is gone."
    }
  }
}
