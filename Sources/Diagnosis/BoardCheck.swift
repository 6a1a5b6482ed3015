// SPDX-License-Identifier: Apache-2.0
import Board

/// Whether the board file is for this computer.
enum BoardCheck: Check {
  static func look(_ evidence: Evidence) -> [Finding] { [] }

  static func fine(_ evidence: Evidence) -> String? {
    let model = evidence.facts.model ?? "an unnamed computer"
    return evidence.isRobot
      ? "\(evidence.board.name) on \(model)" : "\(evidence.board.name), simulated on \(model)"
  }
}
