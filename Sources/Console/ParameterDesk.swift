// SPDX-License-Identifier: Apache-2.0
import Board
import Intercom
import Quantities

/// The robot's settings, what is being changed about them, and the way back.
///
/// ```
/// set ----------------------------> holds
/// begin, set..., commit ---> on trial --confirm--> holds
///                              | abort, time over, the robot stops
///                              v
///                            as before
/// ```
/// Pure but for the ticket that the loop is given. Thread: the console's.
final class ParameterDesk {
  /// How long a commit waits to be confirmed where nobody says otherwise, seconds: as long as an
  /// engineer takes to see a robot move wrongly and walk back to the keyboard.
  static let trialS = 30.0
  static let trialLimitS = 3600.0
  /// As many changes can be taken back.
  static let changeLimit = 50

  /// What was begun and not committed.
  struct Draft {
    var changes: [String: String?] = [:]
    /// Checked lines of a dump.
    var dump: DumpReader?
  }

  /// What was committed and not confirmed.
  struct Trial {
    var before: BoardSettings
    var until: Instant
    var who: String
    /// Why it is being taken back; nil while it is not.
    var failure: String?
  }

  /// One change that was applied.
  struct Change {
    var when: String
    var who: String
    var before: BoardSettings
    /// Names, with what held before and what holds since.
    var values: [(name: String, old: String, new: String)]
  }

  /// What holds, or does from the next start on where it needs one.
  private(set) var settings: BoardSettings
  /// What the service was started with.
  let started: BoardSettings
  private(set) var saved: [String: String]
  var draft: Draft?
  var trial: Trial?
  private(set) var changes: [Change] = []

  init(_ settings: BoardSettings) {
    (self.settings, started, saved) = (settings, settings, settings.overrides)
  }

  /// Whether a parameter holds something else than it was saved with.
  func isUnsaved(_ name: String) -> Bool { settings.overrides[name] != saved[name] }

  /// Whether a parameter's value waits for the next start.
  func waitsForStart(_ parameter: BoardParameter) -> Bool {
    parameter.effect == .restart && settings.value(parameter) != started.value(parameter)
  }

  /// Names whose values differ, with both.
  func differences(
    from old: BoardSettings, to new: BoardSettings
  ) -> [(name: String, old: String, new: String)] {
    let names = Set(old.overrides.keys).union(new.overrides.keys)
    return settings.parameters.filter { names.contains($0.name) }.compactMap { parameter in
      let (before, after) = (old.value(parameter), new.value(parameter))
      return before == after ? nil : (parameter.name, before, after)
    }
  }

  /// What the loop must be told so that these settings hold; nil where it need not know.
  ///
  /// Throws: that a limit would change while the robot may move.
  func change(
    to target: BoardSettings, mayMove: Bool
  ) throws(ConsoleError) -> SettingsChange? {
    let names = differences(from: settings, to: target).map(\.name)
    let limits = names.filter { settings[$0]?.effect == .disarmed }
    if mayMove, let first = limits.first { throw .armed(parameter: first) }
    let touchesMind = names.contains { settings[$0]?.effect == .live }
    guard touchesMind || !limits.isEmpty else { return nil }
    return SettingsChange(
      board: target.board, touchesGate: !limits.isEmpty, touchesMind: touchesMind)
  }

  /// They hold now.
  func take(_ target: BoardSettings, who: String, when: String) -> Change {
    let change = Change(
      when: when, who: who, before: settings,
      values: differences(from: settings, to: target))
    settings = target
    changes.append(change)
    if changes.count > Self.changeLimit { changes.removeFirst() }
    return change
  }

  /// The newest so many changes are gone from the list: they were taken back.
  func forget(_ count: Int) { changes.removeLast(min(count, changes.count)) }

  func noteSaved() { saved = settings.overrides }
}

extension BoardSettings {
  /// The same with changes, in the console's words where they are refused.
  func changed(_ changes: [String: String?]) throws(ConsoleError) -> BoardSettings {
    do throws(BoardError) { return try setting(changes) } catch { throw .settings(error) }
  }

  /// Exactly these values on top of the files.
  func replaced(_ overrides: [String: String]) throws(ConsoleError) -> BoardSettings {
    var changes: [String: String?] = overrides.mapValues { $0 }
    for name in self.overrides.keys where overrides[name] == nil { changes[name] = .some(nil) }
    return try changed(changes)
  }
}
