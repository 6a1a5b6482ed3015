// SPDX-License-Identifier: Apache-2.0

/// What is to be said of a state file that was loaded all the same.
public enum StateNote: Equatable, Sendable, CustomStringConvertible {
  /// Why the newest generation was not taken.
  public enum Why: Equatable, Sendable {
    case gone, unreadable, cut, edited, damaged

    init(_ newest: Generation) {
      self =
        switch newest {
        case .absent: .gone
        case .unreadable: .unreadable
        case .text(_, .open): .cut
        case .text(_, .damaged): .damaged
        case .text(_, .edited), .text(_, .whole): .edited
        }
    }

    var words: String {
      switch self {
      case .gone: "is gone"
      case .unreadable: "cannot be read"
      case .cut: "has no check at its end, as a file has that was cut off"
      case .edited: "is not what was written"
      case .damaged: "is damaged"
      }
    }
  }

  case edited(path: String)
  case fellBack(path: String, why: Why)
  case withoutCheck(path: String)
  case onlyPrevious(path: String)

  public var description: String {
    switch self {
    case .edited(let path): "\(path): edited by hand since it was written; it is used as it is."
    case .fellBack(let path, let why):
      "\(path) \(why.words); \(StateFile.previous(of: path)) is used instead. If you wrote it by "
        + "hand, end it with the line '# crc32 none'; else look at `dmesg`: is the disk failing?"
    case .withoutCheck(let path):
      "\(path): used without a check at its end: nobody can tell whether it is whole. The next "
        + "save adds one; or end it with the line '# crc32 none' yourself."
    case .onlyPrevious(let path):
      "there is no \(path), and \(StateFile.previous(of: path)) is not used. Rename it to use it."
    }
  }
}
