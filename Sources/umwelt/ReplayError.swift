// SPDX-License-Identifier: Apache-2.0

/// Why a recording is not replayed.
enum ReplayError: Error, CustomStringConvertible {
  case noRun(String)
  case noBoard(String)
  case notReplayable(String, planner: PlannerKind)
  case noScratch(errno: Int32)

  var description: String {
    switch self {
    case .noRun(let path):
      "\(path): it says nothing of a run that could be had again. Record with "
        + "`umwelt run --record`."
    case .noBoard(let path):
      "\(path): the board's files are not in it. Name a board with --board."
    case .notReplayable(let path, let planner):
      "\(path): the planner \(planner.rawValue) knew the simulated world, which is not in the log. "
        + "Replay with --planner model, random or noop."
    case .noScratch(let errno):
      "no folder in /tmp for the board's files (errno \(errno)). Free some space there."
    }
  }
}
