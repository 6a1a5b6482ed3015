// SPDX-License-Identifier: Apache-2.0

/// Everything that is wrong with a board file, in the order of the file.
public struct BoardError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Never empty.
  public let problems: [BoardProblem]

  /// Precondition: there is at least one problem.
  public init(_ problems: [BoardProblem]) {
    precondition(!problems.isEmpty, "a BoardError needs a problem")
    let start = Place(line: 0, column: 0)
    self.problems = problems.sorted { ($0.place ?? start) < ($1.place ?? start) }
  }

  /// One problem per line.
  public var description: String {
    problems.map(\.description).joined(separator: "\n")
  }
}
