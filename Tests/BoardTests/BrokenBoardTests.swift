// SPDX-License-Identifier: Apache-2.0
import Board
import Devices
import Foundation
import Testing

/// A collection of broken boards, each with its problems in comments:
/// ```
/// # problem: KIND | LINE:COLUMN, with the base's file name before it when it is in one | PHRASE
/// # needs: CHIP, when the file means something only where that chip has a driver
/// ```
@Suite struct BrokenBoardTests {
  static let folder =
    "\(#filePath)".split(separator: "/").dropLast()
    .reduce(into: "") { $0 += "/" + $1 } + "/Broken"

  static let files: [String] = {
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(".yaml") && !$0.contains("/") }.sorted()
  }()

  private struct Expectation {
    var kind: String
    var place: String
    var phrase: String
  }

  private func comments(_ word: String, in text: String) -> [String] {
    text.split(separator: "\n").filter { $0.hasPrefix("# \(word): ") }
      .map { String($0.dropFirst(word.count + 4)) }
  }

  private func expectations(_ text: String) throws -> [Expectation] {
    try comments("problem", in: text).map { line in
      let parts = line.split(separator: " | ", maxSplits: 2).map(String.init)
      try #require(parts.count == 3, "'\(line)' is not 'KIND | PLACE | PHRASE'")
      return Expectation(kind: parts[0], place: parts[1], phrase: parts[2])
    }
  }

  private func place(_ problem: BoardProblem, in file: String) -> String {
    let place = problem.place.map { "\($0)" } ?? "-"
    let name = problem.path.split(separator: "/").last.map(String.init) ?? problem.path
    return name == file ? place : "\(name):\(place)"
  }

  @Test func thereAreMany() {
    #expect(Self.files.count >= 75)
  }

  @Test("is named rightly: kind, place and words", arguments: files)
  func isNamedRightly(file: String) throws {
    let path = "\(Self.folder)/\(file)"
    let data = try #require(FileManager.default.contents(atPath: path))
    let text = String(decoding: data, as: UTF8.self)
    let needed = comments("needs", in: text)
    if needed.contains(where: { InertialChip(rawValue: $0) == nil }) { return }
    let expected = try expectations(text)
    try #require(!expected.isEmpty)
    do {
      _ = try BoardDescription.load(path: path)
      Issue.record("\(file) is fine")
    } catch {
      let found = error.problems
      #expect(found.map(\.kind.rawValue) == expected.map(\.kind))
      #expect(found.map { place($0, in: file) } == expected.map(\.place))
      for (problem, expectation) in zip(found, expected) {
        #expect(problem.what.contains(expectation.phrase))
        #expect(problem.remedy.hasSuffix("."), "it says what to do: \(problem.remedy)")
      }
    }
  }
}
