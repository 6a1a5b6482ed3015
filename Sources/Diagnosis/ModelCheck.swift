// SPDX-License-Identifier: Apache-2.0
import Board

/// Whether the model is there and thinks in time on this CPU.
enum ModelCheck: Check {
  /// What a plan may take of its deadline before a busy moment cuts it short. Own choice.
  private static let comfortable = 0.8

  static func look(_ evidence: Evidence) -> [Finding] {
    switch evidence.fit {
    case nil:
      return [
        Finding(
          .notLookedAt, .note, .model, at: evidence.board.modelPath, "Not timed.",
          why: "Nobody measured how long a plan takes here.",
          fix: ["umwelt doctor --board \(evidence.board.name)"])
      ]
    case .missing(let path):
      return [
        finding(
          .modelMissing, .error, path, "There is no such file.",
          why: "Without a model the robot cannot plan.",
          fix: [
            "Copy the file there, or correct 'model' in board.yaml.",
            "tools/train/train makes one for a simulated board."
          ])
      ]
    case .broken(let path, let why):
      return [
        finding(
          .modelBroken, .error, path, why, why: "Without a model the robot cannot plan.",
          fix: ["umwelt model info \(path)"])
      ]
    case .measured(let planMs, let engine, _):
      return pace(evidence, planMs: planMs, engine: engine)
    }
  }

  static func fine(_ evidence: Evidence) -> String? {
    guard case .measured(let planMs, let engine, _)? = evidence.fit else { return nil }
    return "a plan takes \(rounded(wallMs(planMs, evidence))) ms of "
      + "\(rounded(evidence.board.planner.deadlineS * 1000)) ms (\(engine))"
  }

  /// Threads share the candidates.
  private static func wallMs(_ planMs: Double, _ evidence: Evidence) -> Double {
    planMs / Double(max(1, min(evidence.board.planner.threads, evidence.facts.cpu.cores)))
  }

  private static func pace(_ evidence: Evidence, planMs: Double, engine: String) -> [Finding] {
    let board = evidence.board
    let wallMs = wallMs(planMs, evidence)
    let deadlineMs = board.planner.deadlineS * 1000
    let periodMs = board.rates.decisionPeriodS * 1000
    guard wallMs > comfortable * deadlineMs else { return [] }
    let what =
      "One plan takes \(rounded(wallMs)) ms here (\(engine)); planner.deadline is "
      + "\(rounded(deadlineMs)) ms and rates.decision \(rounded(periodMs)) ms."
    let fix = remedy(board, wallMs: wallMs, deadlineMs: deadlineMs)
    if wallMs > periodMs {
      return [
        finding(
          .modelTooSlow, .error, board.modelPath, what,
          why: "No plan is ready when the next one is due.", fix: fix)
      ]
    }
    if wallMs > deadlineMs {
      return [
        finding(
          .modelLate, .warning, board.modelPath, what,
          why: "Plans are cut short and worse than they could be.", fix: fix)
      ]
    }
    return [
      finding(
        .modelTight, .note, board.modelPath, what,
        why: "It fits, with little to spare when the computer is busy.", fix: fix)
    ]
  }

  private static func remedy(
    _ board: BoardDescription, wallMs: Double, deadlineMs: Double
  ) -> [String] {
    let fitting = Int(Double(board.planner.candidates) * comfortable * deadlineMs / wallMs) / 4 * 4
    let smaller =
      fitting >= 2 * board.planner.elites
      ? "Write 'candidates: \(fitting)' under planner: in board.yaml."
      : "Use a smaller model, or a longer rates.decision and planner.deadline."
    return [smaller, "umwelt bench planner --board \(board.name)   # to see what it costs"]
  }

  private static func finding(
    _ id: Finding.ID, _ level: Finding.Level, _ place: String, _ what: String, why: String,
    fix: [String]
  ) -> Finding {
    Finding(id, level, .model, at: place, what, why: why, fix: fix)
  }
}
