// SPDX-License-Identifier: Apache-2.0

/// One thing that was looked at: what it is, where, why it matters and what to type.
public struct Finding: Equatable, Sendable {
  /// How much it matters.
  public enum Level: String, CaseIterable, Comparable, Sendable {
    /// As it should be.
    case ok
    /// Worth knowing; nothing to do.
    case note
    /// The robot runs, but not as it should.
    case warning
    /// The robot does not run, or must not.
    case error

    public static func < (a: Level, b: Level) -> Bool { a.rank < b.rank }

    private var rank: Int {
      switch self {
      case .ok: 0
      case .note: 1
      case .warning: 2
      case .error: 3
      }
    }
  }

  /// The groups, in the order in which a person would follow a fault: without power nothing else
  /// is worth looking at.
  public enum Area: String, CaseIterable, Sendable {
    case power, board, buses, chips, lines, camera, watchdog, permissions
    case realTime = "real-time"
    case clock, disk, memory, model
  }

  public var id: ID
  public var level: Level
  public var area: Area
  /// The part of the machine or of the board file that is meant.
  public var place: String
  /// What was found, as one sentence.
  public var what: String
  /// Why it matters, as one sentence; empty when it is ok.
  public var why: String
  /// What to type or do, in order; empty when there is nothing to do.
  public var fix: [String]

  public init(
    _ id: ID, _ level: Level, _ area: Area, at place: String, _ what: String, why: String = "",
    fix: [String] = []
  ) {
    (self.id, self.level, self.area, self.place) = (id, level, area, place)
    (self.what, self.why, self.fix) = (what, why, fix)
  }
}
