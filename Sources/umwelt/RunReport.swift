// SPDX-License-Identifier: Apache-2.0
import Board
import Runtime
import Safety
import Simulation
import WorldModel

/// What one run came to. In lockstep it holds nothing that depends on the machine's speed: the same
/// seed gives the same bytes.
struct RunReport {
  var board, task, planner: String
  var seed: UInt64
  var model: String?
  var seconds = 0.0
  var decisions = 0
  var imagined = 0
  var outcome: Outcome
  var state: SafetyState
  /// All that was wrong at its end.
  var active: [Refusal] = []
  /// True distance to the goal at the start and at the end: metres and degrees.
  var start, end: (distanceM: Double, turnDeg: Double)?
  var believedDistance: Float?
  private(set) var surprises: [Double] = []
  /// FNV-1a over every command the actuators got.
  var commandHash: UInt64 = 0xCBF2_9CE4_8422_2325
  /// CPU time of the ticks with a decision; nil in lockstep.
  var tickMs: (p50: Double, p99: Double)?
  var missedTicks: Int?
  /// How punctual its threads were; nil in one thread.
  var times: LoopTimes?
  /// Ticks that are not in the times.
  var ticksLost = 0

  mutating func count(_ command: SafeCommand) {
    for i in 0..<command.count {
      commandHash = (commandHash ^ command.setPoints[i].bitPattern) &* 0x0000_0100_0000_01B3
    }
    commandHash = (commandHash ^ (command.isEnabled ? 1 : 0)) &* 0x0000_0100_0000_01B3
  }

  /// Takes in a decision.
  mutating func note(_ decision: Decision) {
    imagined += decision.imagined
    believedDistance = decision.goalDistance
    if let surprise = decision.surprise { surprises.append(Double(surprise)) }
  }

  private var surpriseMedian: Double? { surprises.isEmpty ? nil : quantile(surprises, 0.5) }

  /// Whether the robot did what it was asked.
  var isSuccess: Bool {
    guard case .armed = state else { return false }
    return outcome.held ?? outcome.upright ?? true
  }

  var json: String {
    var object = JSONObject()
    object.add("board", board)
    object.add("task", task)
    object.add("planner", planner)
    object.add("seed", seed)
    object.add("model", model)
    object.add("seconds", seconds, decimals: 2)
    object.add("decisions", decisions)
    object.add("futures_imagined", imagined)
    if let hit = outcome.hit { object.add("hit", hit) }
    if let held = outcome.held { object.add("held", held) }
    if let upright = outcome.upright { object.add("upright", upright) }
    if let end {
      object.add("end_distance_m", end.distanceM, decimals: 3)
      object.add("end_turn_deg", end.turnDeg, decimals: 1)
    }
    if let believedDistance {
      object.add("believed_distance", Double(believedDistance), decimals: 3)
    }
    if let surpriseMedian { object.add("surprise_p50", surpriseMedian, decimals: 3) }
    object.add("state", Self.name(state))
    if !active.isEmpty { object.add("active", active.map(\.id).joined(separator: ", ")) }
    object.add("command_hash", String(commandHash, radix: 16))
    if let tickMs {
      object.add("tick_ms_p50", tickMs.p50, decimals: 3)
      object.add("tick_ms_p99", tickMs.p99, decimals: 3)
    }
    if let missedTicks { object.add("missed_ticks", missedTicks) }
    if let times { times.add(to: &object, lost: ticksLost) }
    return object.text
  }

  var text: String {
    var lines = ["\(board), task \(task), planner \(planner), seed \(seed)"]
    if let model { lines.append("  model      \(model)") }
    lines.append(
      "  drove      \(fixed(seconds, 1)) s, \(decisions) decisions, \(imagined) futures imagined")
    if let start, let end {
      lines.append(
        "  goal       \(place(start)) at the start, \(place(end)) at the end (true pose)")
    }
    if let believedDistance {
      lines.append("  believes   \(fixed(Double(believedDistance), 2)) to go (goal-distance head)")
    }
    if let surpriseMedian {
      lines.append("  surprise   median \(fixed(surpriseMedian, 2)) of the model's usual worst")
    }
    if let tickMs {
      lines.append(
        "  tick       p50 \(fixed(tickMs.p50, 1)) ms, p99 \(fixed(tickMs.p99, 1)) ms CPU")
    }
    if let missedTicks { lines.append("  missed     \(missedTicks) ticks") }
    if let times { lines += times.lines }
    lines.append("  commands   hash \(String(commandHash, radix: 16))")
    lines.append("  result     \(verdict)")
    lines += active.filter { $0 != state.reason }.map { "  also       \($0.description)" }
    return lines.joined(separator: "\n")
  }

  private func place(_ at: (distanceM: Double, turnDeg: Double)) -> String {
    "\(fixed(at.distanceM, 2)) m and \(fixed(at.turnDeg, 0))°"
  }

  private var verdict: String {
    if state.isStopped, let reason = state.reason { return "stopped: \(reason.description)" }
    if case .stopping(let reason) = state { return "stopping: \(reason.description)" }
    switch (outcome.hit, outcome.held, outcome.upright) {
    case (_, true, _): return "reached the goal and stayed (within 0.25 m and 15°)"
    case (true, _, _): return "was at the goal, but did not stay"
    case (false, _, _): return "did not reach the goal"
    case (_, _, true): return "stayed upright through two pushes"
    case (_, _, false): return "fell"
    default: return "done"
    }
  }

  /// Its state, and all that is wrong besides.
  static func name(_ state: SafetyState, _ active: RefusalSet) -> String {
    let others = active.all.filter { $0 != state.reason }.map(\.id)
    if others.isEmpty { return name(state) }
    let joint = state.reason == nil ? ", with " : ", also "
    return name(state) + joint + others.joined(separator: ", ")
  }

  static func name(_ state: SafetyState) -> String {
    state.kind.rawValue + (state.reason.map { ": \($0.id)" } ?? "")
  }
}
