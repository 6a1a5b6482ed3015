// SPDX-License-Identifier: Apache-2.0

/// One thing that is wrong with a board file: what, where, and what to do about it.
public struct BoardProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// The sort of mistake, for programs; people read `what` and `remedy`.
  public enum Kind: String, Hashable, Sendable {
    /// The file or folder is absent, unreadable, too large or not UTF-8.
    case file
    /// The text is not YAML.
    case syntax
    case unknownKey, duplicateKey, missingKey
    /// A list where text belongs, text where a number belongs, and so on.
    case wrongType
    /// A unit is absent, unknown or measures something else.
    case unit
    /// A value is outside its stated bounds or not one of the choices.
    case outOfRange
    /// A name refers to nothing in this file.
    case unknownReference
    /// Two values are fine alone and impossible together.
    case conflict
  }

  public var kind: Kind
  public var path: String
  /// Nil when the whole file is meant.
  public var place: Place?
  /// What is wrong, as one sentence without its full stop.
  public var what: String
  /// Why it matters or what to do next, as whole sentences.
  public var remedy: String

  public init(kind: Kind, path: String, place: Place?, what: String, remedy: String) {
    (self.kind, self.path, self.place) = (kind, path, place)
    (self.what, self.remedy) = (what, remedy)
  }

  /// `path:line:column: what. remedy`, which editors and compilers' users can click.
  public var description: String {
    let spot = place.map { "\(path):\($0)" } ?? path
    return "\(spot): \(what). \(remedy)"
  }
}

/// A position in a text file.
///
/// Units: lines and columns from 1; a column is one Unicode scalar.
public struct Place: Hashable, Comparable, Sendable, CustomStringConvertible {
  public var line: Int
  public var column: Int
  /// The base file that the value comes from; nil for the file being checked.
  public var file: String?

  public init(line: Int, column: Int, file: String? = nil) {
    (self.line, self.column, self.file) = (line, column, file)
  }

  /// The file being checked comes first.
  public static func < (a: Place, b: Place) -> Bool {
    (a.file ?? "", a.line, a.column) < (b.file ?? "", b.line, b.column)
  }

  public var description: String { "\(line):\(column)" }

  /// "line 7", with the file where `other` stands in another one.
  func words(from other: Place) -> String {
    "line \(line)" + (file == other.file ? "" : " of \(file ?? "this file")")
  }
}
