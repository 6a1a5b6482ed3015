// SPDX-License-Identifier: Apache-2.0
import Board

/// Whether the board file is for this computer.
enum BoardCheck: Check {
  static func look(_ evidence: Evidence) -> [Finding] {
    // Whoever has a device tree says his name.
    let model = evidence.facts.model ?? "a computer without a name"
    guard evidence.isRobot, let computer = evidence.board.computer, !computer.models.isEmpty,
      !computer.models.contains(where: { model.hasPrefix($0) })
    else { return [] }
    return [
      Finding(
        .wrongComputer, .error, .board, at: "computer",
        "The board is built on a \(computer.title); this is \(model).",
        why: "Buses, lines and pins are others here.",
        fix: [
          "umwelt board list   # the boards there are; choose the one for this computer",
          "or extend another file of boards/computers in board.yaml."
        ])
    ]
  }

  static func fine(_ evidence: Evidence) -> String? {
    let model = evidence.facts.model ?? "an unnamed computer"
    return evidence.isRobot
      ? "\(evidence.board.name) on \(model)" : "\(evidence.board.name), simulated on \(model)"
  }
}
