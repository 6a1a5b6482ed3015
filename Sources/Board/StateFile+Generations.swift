// SPDX-License-Identifier: Apache-2.0

/// Two generations with a check each.
///
/// ```
/// PATH            the newest            last line: # crc32 1a2b3c4d
/// PATH.previous   the one before it     the same
/// ```
/// A save keeps the file before, but never lets one that is not whole take the place of one that
/// is. A load takes the newest that is whole and says so when that is not the newest.
///
/// People may edit theirs: a file whose end is there and whose check does not fit was edited, and
/// counts, with a note. One without its end was cut off, or is of another hand: it counts only
/// where no generation is whole. Who writes one by hand ends it with the line `# crc32 none`.
extension StateFile {
  /// Who writes such a file.
  public enum Author: Sendable {
    /// People mend it: a check that does not fit is an edit.
    case people
    /// Nobody but umwelt: a check that does not fit is damage.
    case machine
  }

  /// Stages and commits with a check, the file before kept under its `previous` name.
  public static func save(_ text: String, path: String) throws(StateFileError) {
    try save(text, path: path, on: SystemDisk())
  }

  package static func save(
    _ text: String, path: String, on disk: any StateDisk
  ) throws(StateFileError) {
    let new = try stage(Array(StateSeal.sealing(text).utf8), path: path, on: disk)
    if let old = disk.contents(path), isWorthKeeping(old, path, disk) {
      do throws(StateFileError) {
        try stage(old, path: previous(of: path), on: disk).commit()
      } catch {
        new.discard()
        throw StateFileError(path: path, errno: error.errno)
      }
    }
    try new.commit()
  }

  /// Whether it may take the place of the generation before.
  private static func isWorthKeeping(
    _ old: [UInt8], _ path: String, _ disk: any StateDisk
  ) -> Bool {
    switch StateSeal(of: old) {
    case .whole, .edited: true
    case .open: !(disk.contents(previous(of: path)).map { StateSeal(of: $0).hasEnd } ?? false)
    case .damaged: false
    }
  }

  /// The newest generation that is whole; nil when there is none at all.
  ///
  /// Throws: that none can be used. What is not whole of a file that people write is handed on with
  /// a note where there is nothing better: its parser says what is wrong with it.
  public static func load(
    _ path: String, by author: Author, note: (StateNote) -> Void
  ) throws(BoardError) -> StateText? {
    let newest = Generation(path)
    if case .text(let bytes, let seal) = newest, seal == .whole || isEdit(seal, author) {
      if seal == .edited { note(.edited(path: path)) }
      return StateText(text: String(decoding: bytes, as: UTF8.self), path: path)
    }
    let before = previous(of: path)
    let older = Generation(before)
    if case .absent = newest {
      if case .absent = older { return nil }
      if author == .people {
        note(.onlyPrevious(path: path))
        return nil
      }
    }
    if case .text(let bytes, let seal) = older, seal == .whole || isEdit(seal, author) {
      note(.fellBack(path: path, why: StateNote.Why(newest)))
      return StateText(text: String(decoding: bytes, as: UTF8.self), path: before)
    }
    if case .text(_, let seal) = newest, author == .people {
      if seal == .open { note(.withoutCheck(path: path)) }
      return StateText(text: try BoardFile.text(path: path), path: path)
    }
    throw newest.error
      ?? BoardFile.failure(
        path, nil, "the check at its end does not fit, and no whole file is beside it",
        "The disk or card is failing, or somebody edited it. Delete it to start over.")
  }

  private static func isEdit(_ seal: StateSeal, _ author: Author) -> Bool {
    seal == .edited && author == .people
  }
}

/// A generation that was loaded.
public struct StateText: Equatable, Sendable {
  /// All of it; the check in its last line is a comment of YAML.
  public var text: String
  /// Where it was: the file's own path or the one before's.
  public var path: String
}

/// What is found under one name.
enum Generation {
  case absent
  case unreadable(BoardError)
  case text([UInt8], StateSeal)

  init(_ path: String) {
    guard BoardFile.exists(path) else {
      self = .absent
      return
    }
    do throws(BoardError) {
      let bytes = try BoardFile.contents(path)
      self = .text(bytes, StateSeal(of: bytes))
    } catch { self = .unreadable(error) }
  }

  var error: BoardError? { if case .unreadable(let error) = self { error } else { nil } }
}
