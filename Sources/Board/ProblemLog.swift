// SPDX-License-Identifier: Apache-2.0

/// Collects what is wrong while a file is read, so that one run shows all of it.
final class ProblemLog {
  let path: String
  private(set) var problems: [BoardProblem] = []

  init(path: String) { self.path = path }

  func add(_ kind: BoardProblem.Kind, at place: Place?, _ what: String, _ remedy: String) {
    problems.append(
      BoardProblem(kind: kind, path: path, place: place, what: what, remedy: remedy))
  }

  /// Throws: all that was collected, if anything was.
  func throwIfAny() throws(BoardError) {
    if !problems.isEmpty { throw BoardError(problems) }
  }
}
