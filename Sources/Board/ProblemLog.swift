// SPDX-License-Identifier: Apache-2.0

/// Collects what is wrong while a file is read, so that one run shows all of it.
final class ProblemLog {
  /// The file being checked.
  let path: String
  private(set) var problems: [BoardProblem] = []

  init(path: String) { self.path = path }

  func add(_ kind: BoardProblem.Kind, at place: Place?, _ what: String, _ remedy: String) {
    problems.append(
      BoardProblem(kind: kind, path: place?.file ?? path, place: place, what: what, remedy: remedy))
  }

  func addDuplicate(_ name: String, at place: Place, first: Place) {
    add(
      .duplicateKey, at: place,
      "'\(name)' is given twice, first on \(first.words(from: place))", "Keep one of the two.")
  }

  /// Throws: all that was collected, if anything was.
  func throwIfAny() throws(BoardError) {
    if !problems.isEmpty { throw BoardError(problems) }
  }
}
