// SPDX-License-Identifier: Apache-2.0
import Board
import Quantities
import Simulation

/// The simulated boards of this repository.
package enum BoardName: String, CaseIterable, Sendable {
  case rover = "sim-rover"
  case balance = "sim-balance"
  /// The rover with encoders, power monitor, grids, strobe and emergency stop.
  case full = "sim-rover-full"

  /// Those on whose bus any IMU finds its address free.
  package static let allCases: [BoardName] = [.rover, .balance]

  /// Reads its board.yaml.
  package func load() throws(BoardError) -> BoardDescription {
    let here = "\(#filePath)"
    let root = here.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    return try BoardDescription.load(
      rawValue, boardsFolder: root.joined(separator: "/") + "/boards")
  }

  /// Its world, the robot where it can move; a balancing one is held by a hand.
  package func world(seed: UInt64) -> any World {
    switch self {
    case .rover, .full:
      var random = SeededGenerator(seed: seed, stream: "rig")
      return RoverWorld(
        room: Room(seed: 7), start: RoverWorld.randomPose(&random, clearanceM: 0.3), seed: seed)
    case .balance: return BalanceWorld(tiltRad: 0.02, seed: seed)
    }
  }
}
