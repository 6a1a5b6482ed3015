// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Board
import Recorder
import WorldModel

/// `umwelt replay`: a recorded run once more, with the same senses.
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Run a recorded run again: the same decisions, or what would have been otherwise.",
    discussion: """
      Without --board, --model and --planner every command to every chip must be the recorded one, \
      byte for byte: exit code 0 when all are, 1 at the first that is not.

      With one of them the recorded senses are played to another robot's mind or limits, and its \
      decisions are compared with those of the run. What it would have seen after deciding \
      otherwise is not known: the comparison holds for each decision by itself.
      """)

  @Argument(help: "What `umwelt run --record` wrote; its first file where there are several.")
  var file: String
  @Option(help: "Another board: a name, or the path of a board file.") var board: String?
  @Option(help: "Folder of the boards.") var boards = "boards"
  @Option(help: "Another model file.") var model: String?
  @Option(help: "Another planner: model, random or noop.") var planner: PlannerKind?
  @Option(help: "int8, or float; as recorded where this is not given.") var precision: Precision?
  @Flag(help: "One JSON object on standard output.") var json = false

  func run() throws {
    let changes = ReplayRun.Changes(
      board: try board.map { try BoardDescription.load($0, boardsFolder: boards) }, model: model,
      planner: planner)
    let run = try ReplayRun(file, changes, precision: precision)
    for note in run.notes { complain("umwelt: \(note)") }
    try run.run()
    if let failure = run.player.failure { complain("umwelt: \(failure)") }
    if let loss = run.player.loss { complain("umwelt: \(loss)") }
    if changes.isNone {
      try reportRepetition(run)
    } else {
      try reportChange(run)
    }
  }

  private func reportRepetition(_ run: ReplayRun) throws {
    let isIdentical = run.divergence == nil
    if json {
      var object = JSONObject()
      object.add("identical", isIdentical)
      object.add("ticks", run.loop.ticks)
      object.add("decisions", run.loop.decisions)
      object.add("calls", run.player.matches)
      object.add("divergence", run.divergence)
      print(object.text)
    } else if let divergence = run.divergence {
      print(divergence)
    } else {
      print(
        "identical: \(run.loop.ticks) ticks, \(run.loop.decisions) decisions, "
          + "\(run.player.matches) answers of the hardware")
    }
    if !isIdentical || run.player.failure != nil { throw ExitCode(1) }
  }

  private func reportChange(_ run: ReplayRun) throws {
    if let error = run.loop.perception.lastError { complain("umwelt: \(error)") }
    let recorded = try RecordedActions(file, count: run.board.actions.count)
    let (found, most) = recorded.compare(run.actions)
    if json {
      var object = JSONObject()
      object.add("ticks", run.loop.ticks)
      object.add("decisions", run.actions.count)
      object.add("recorded_decisions", recorded.actions.count)
      object.add("mean_difference", found, decimals: 4)
      object.add("largest_difference", most, decimals: 4)
      object.add("states", run.states)
      print(object.text)
    } else {
      print(
        "\(run.loop.ticks) ticks, \(run.actions.count) decisions "
          + "(recorded: \(recorded.actions.count))\n"
          + "actions differ by \(fixed(found, 3)) on average, \(fixed(most, 3)) at most\n"
          + run.states.map { "  \($0)" }.joined(separator: "\n"))
    }
  }
}

/// The actions that a run decided on.
struct RecordedActions {
  private(set) var actions: [[Double]] = []

  /// - Parameter count: numbers of an action.
  init(_ path: String, count: Int) throws(McapError) {
    for file in RecordingFiles.paths(of: path) {
      let reader = try McapReader(path: file)
      var channel: UInt16?
      while let item = try reader.next() {
        if case .channel(let found) = item, found.topic == Topic.decision.path {
          channel = found.id
        }
        guard case .message(let message) = item, message.channel == channel,
          let fields = JSONFields(message.data)
        else { continue }
        actions.append((0..<count).map { fields.numbers["action.\($0)"] ?? .nan })
      }
    }
  }

  /// How far others are from these, one by one: mean and most over all numbers of all actions.
  func compare(_ others: [SIMD8<Float>]) -> (mean: Double, most: Double) {
    var (sum, most, count) = (0.0, 0.0, 0)
    for (mine, other) in zip(actions, others) {
      for (i, value) in mine.enumerated() {
        let difference = abs(value - Double(other[i]))
        guard difference.isFinite else { continue }
        (sum, most, count) = (sum + difference, max(most, difference), count + 1)
      }
    }
    return (count == 0 ? 0 : sum / Double(count), most)
  }
}
