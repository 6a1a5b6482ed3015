// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Board

/// `umwelt sim collect`: lets the simulated robot explore through its real drivers, and keeps what
/// it sensed as a data set to train on.
struct CollectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "collect", abstract: "Let the simulated robot explore, and keep what it sensed.")

  /// Keeps every size in the file far from overflow.
  static let most = 1_000_000

  @OptionGroup var place: BoardOption
  @Option(help: "Episodes.") var episodes = 800
  @Option(help: "Decisions in each episode.") var steps = 100
  @Option(help: "Seed of everything random.") var seed: UInt64 = 1
  @Option(help: "The data set to write (safetensors).") var out: String

  func validate() throws {
    for (name, value) in [("--episodes", episodes), ("--steps", steps)]
    where !(1...Self.most).contains(value) {
      throw ValidationError("\(name) is \(value), but must be in 1...\(Self.most).")
    }
  }

  func run() throws {
    let board = try place.loadSimulated()
    guard case .simulated(let world) = board.machine else {
      throw RunError.notSimulated(board.name)
    }
    let file = try EpisodeFile(
      path: out, board: board, world: world, episodes: episodes, steps: steps, seed: seed)
    for index in 0..<episodes {
      let episode = try Episode(
        board: board, world: world, seed: seed &* 1_000_003 &+ UInt64(index))
      try episode.run(steps: steps)
      try file.write(episode, at: index)
      let count = index + 1
      if count % 50 == 0 || count == episodes { complain("episode \(count) of \(episodes)") }
    }
    try file.finish()
  }
}
