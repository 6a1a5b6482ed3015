// SPDX-License-Identifier: Apache-2.0
import Board
import Safety

/// Why a command was not done: what, and what to do next.
public enum ConsoleError: Error, Equatable, Sendable {
  case unknownCommand(String, meant: String?)
  case usage(command: String, arguments: String)
  case unknownWord(kind: String, word: String, meant: String?)
  /// Somebody else may change things, this line may not.
  case notInCharge(who: String)
  /// The settings would be wrong; what `board check` says.
  case settings(BoardError)
  /// A limit, and the robot may move.
  case armed(parameter: String)
  case nothingBegun
  case alreadyBegun
  /// A commit waits for its confirmation.
  case unconfirmed(leftS: Int)
  case nothingToConfirm
  case noSuchChange(Int)
  /// The line's check does not fit, or it has none where it must.
  case damagedLine(number: Int, text: String, why: String)
  /// Lines of a dump are missing.
  case incompleteDump(got: Int, wanted: Int)
  case otherBoard(String, this: String)
  /// The robot says no.
  case refused([Refusal])
  case moving
  case impossible(String)
  case noPicture
  /// The loop took none for so long.
  case silentLoop(seconds: Int)
  case busy
  case host(what: String, fix: String)

  /// For programs.
  public var code: String {
    switch self {
    case .unknownCommand: "unknown-command"
    case .usage: "usage"
    case .unknownWord: "unknown-word"
    case .notInCharge: "not-in-charge"
    case .settings: "settings"
    case .armed: "armed"
    case .nothingBegun: "nothing-begun"
    case .alreadyBegun: "already-begun"
    case .unconfirmed: "unconfirmed"
    case .nothingToConfirm: "nothing-to-confirm"
    case .noSuchChange: "no-such-change"
    case .damagedLine: "damaged-line"
    case .incompleteDump: "incomplete-dump"
    case .otherBoard: "other-board"
    case .refused: "refused"
    case .moving: "moving"
    case .impossible: "impossible"
    case .noPicture: "no-picture"
    case .silentLoop: "silent-loop"
    case .busy: "busy"
    case .host: "host"
    }
  }

  /// What is wrong.
  public var what: String {
    switch self {
    case .unknownCommand(let word, _): "there is no command '\(word)'."
    case .usage(let command, let arguments): "usage: \(command) \(arguments)"
    case .unknownWord(let kind, let word, _): "there is no \(kind) '\(word)'."
    case .notInCharge(let who): "\(who) is in charge of this robot; this line may only look."
    case .settings(let error): error.problems.map(\.what).joined(separator: "\n") + "."
    case .armed(let name): "\(name) is one of the robot's limits, and the robot may move now."
    case .nothingBegun: "nothing was begun."
    case .alreadyBegun: "a transaction is open already."
    case .unconfirmed(let leftS): "a commit waits to be confirmed: \(leftS) s left."
    case .nothingToConfirm: "no commit waits to be confirmed."
    case .noSuchChange(let number): "there are no \(number) changes to go back."
    case .damagedLine(let number, let text, let why):
      "line \(number) of the dump \(why): '\(text)'. Nothing of it was applied."
    case .incompleteDump(let got, let wanted):
      "\(got) of the dump's \(wanted) lines came, or they were others. Nothing was applied."
    case .otherBoard(let name, let this): "this dump is of '\(name)', and the robot is '\(this)'."
    case .refused(let reasons): reasons.map(\.what).joined(separator: "\n")
    case .moving: "the robot may move now, and what changes are its limits."
    case .impossible(let what): "this robot cannot: \(what)."
    case .noPicture: "there is no camera, or no frame yet."
    case .silentLoop(let seconds):
      "the control loop did not answer for \(seconds) s; the request was taken back."
    case .busy: "too many requests wait for the control loop."
    case .host(let what, _): what
    }
  }

  /// What to do about it.
  public var fix: String {
    switch self {
    case .unknownCommand(_, let meant), .unknownWord(_, _, let meant):
      meant.map { "Did you mean '\($0)'?" } ?? "Type ? for what there is."
    case .usage(let command, _): "`help \(command)` shows an example."
    case .notInCharge: "`take` takes over; `stop` and ctrl-X always work."
    case .settings(let error): error.problems.map(\.remedy).joined(separator: "\n")
    case .armed, .moving: "Disarm first."
    case .nothingBegun: "`begin` opens a transaction; `set` alone takes effect at once."
    case .alreadyBegun: "`commit` or `abort` it first."
    case .unconfirmed: "`confirm` keeps it, `abort` takes it back now."
    case .nothingToConfirm: "`commit` applies what was begun."
    case .noSuchChange: "`history` lists them."
    case .damagedLine, .incompleteDump: "Paste it again from its first line."
    case .otherBoard: "Leave its 'begin dump' line and checks away to set single values."
    case .refused(let reasons): reasons.map(\.fix).joined(separator: "\n")
    case .impossible: "See `help` for what this robot can."
    case .noPicture: "`status` says how old the newest frame is; check the camera's cable."
    case .silentLoop: "`status` says since when it stands; ctrl-X stops what can be stopped."
    case .busy: "Try again in a moment."
    case .host(_, let fix): fix
    }
  }
}
