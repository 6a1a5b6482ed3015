// SPDX-License-Identifier: Apache-2.0
import Board

/// Says in order what is wrong and what to type. Pure: it looks at nothing but the evidence.
public enum Doctor {
  /// Every area's findings; an area without any says that it is fine, where it has been looked at.
  public static func examine(_ evidence: Evidence) -> [Finding] {
    Finding.Area.allCases.flatMap { area in
      let check = check(of: area)
      let found = check.look(evidence)
      guard found.isEmpty else { return found }
      return check.fine(evidence).map { [Finding(.areaFine, .ok, area, at: "", $0)] } ?? []
    }
  }

  /// A board file that does not load is all there is to say.
  public static func findings(of error: BoardError) -> [Finding] {
    error.problems.map { problem in
      let place = problem.place.map { "\(problem.path):\($0)" } ?? problem.path
      return Finding(
        .boardFile, .error, .board, at: place, problem.what + ".",
        why: "Nothing else can be checked before the board file is right.",
        fix: [problem.remedy])
    }
  }

  public static func worst(of findings: [Finding]) -> Finding.Level {
    findings.map(\.level).max() ?? .ok
  }

  private static func check(of area: Finding.Area) -> any Check.Type {
    switch area {
    case .power: PowerCheck.self
    case .board: BoardCheck.self
    case .buses: BusCheck.self
    case .chips: ChipCheck.self
    case .lines: LineCheck.self
    case .camera: CameraCheck.self
    case .watchdog: WatchdogCheck.self
    case .permissions: PermissionCheck.self
    case .realTime: RealTimeCheck.self
    case .clock: ClockCheck.self
    case .disk: DiskCheck.self
    case .memory: MemoryCheck.self
    case .model: ModelCheck.self
    }
  }
}

/// One area's look at the evidence.
protocol Check {
  /// What is worth saying.
  static func look(_ evidence: Evidence) -> [Finding]
  /// What to say when there is nothing else; nil when the area does not apply to this board.
  static func fine(_ evidence: Evidence) -> String?
}

/// "3", "0.4": as few digits as a person needs.
func rounded(_ value: Double, _ decimals: Int = 1) -> String {
  var scale = 1.0
  for _ in 0..<decimals { scale *= 10 }
  let text = "\((value * scale).rounded() / scale)"
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

/// "a, b and c".
func list(_ words: [String]) -> String {
  guard let last = words.last, words.count > 1 else { return words.first ?? "none" }
  return words.dropLast().joined(separator: ", ") + " and " + last
}
