// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Wiring

@Suite struct WiringDrawingTests {
  /// A piece of a wire between two corners.
  private struct Stretch {
    var colour: String
    var x, y: ClosedRange<Int>

    func overlaps(_ other: Stretch) -> Bool {
      let isAcross = y.count == 1 && other.y == y && x.overlaps(other.x)
      let isDown = x.count == 1 && other.x == x && y.overlaps(other.y)
      return isAcross || isDown
    }
  }

  private func svg(_ name: String) throws -> String {
    let board = name == "many" ? try ManyParts.board() : try Boards.load(name)
    return try #require(WiringPlan(board)).svg()
  }

  private func stretches(_ svg: String) -> [Stretch] {
    svg.matches(of: /<polyline points="([^"]*)"[^>]*stroke="([^"]*)"/).flatMap { match in
      let points = match.1.split(separator: " ").map { point in
        point.split(separator: ",").compactMap { Int($0) }
      }
      return zip(points, points.dropFirst()).map { a, b in
        Stretch(
          colour: String(match.2), x: min(a[0], b[0])...max(a[0], b[0]),
          y: min(a[1], b[1])...max(a[1], b[1]))
      }
    }
  }

  @Test("the drawing beside each board is the one of its file", arguments: Boards.real)
  func theDrawingsAreCurrent(name: String) throws {
    let path = "\(Boards.folder)/\(name)/wiring.svg"
    let file = String(
      decoding: try #require(FileManager.default.contents(atPath: path)), as: UTF8.self)
    #expect(
      try svg(name) == file,
      "run: umwelt board wiring \(name) --out boards/\(name)/wiring.svg")
  }

  @Test("wires of different colours never lie on each other", arguments: Boards.real + ["many"])
  func wiresDoNotLieOnEachOther(name: String) throws {
    let all = stretches(try svg(name)).filter { $0.x.count == 1 || $0.y.count == 1 }
    #expect(all.count > 50)
    for (index, a) in all.enumerated() {
      for b in all[..<index] where a.colour != b.colour && a.overlaps(b) {
        Issue.record("\(name): \(a.colour) and \(b.colour) at x \(a.x), y \(a.y)")
      }
    }
  }

  @Test("everything lies inside the picture", arguments: Boards.real + ["many"])
  func everythingLiesInside(name: String) throws {
    let svg = try svg(name)
    let size = try #require(svg.firstMatch(of: /viewBox="0 0 (\d+) (\d+)"/))
    let (width, height) = (try #require(Int(size.1)), try #require(Int(size.2)))
    for stretch in stretches(svg) {
      #expect((0...width).contains(stretch.x.lowerBound))
      #expect((0...width).contains(stretch.x.upperBound))
      #expect((0...height).contains(stretch.y.upperBound))
    }
    for text in svg.matches(of: /<text x="(\d+)" y="(\d+)"/) {
      #expect(try #require(Int(text.2)) < height)
    }
  }

  @Test func whatIsDrawnIsEscaped() throws {
    var board = try Boards.load("pi5-rover")
    board.title = "<R&D> rover"
    #expect(try #require(WiringPlan(board)).svg().contains("&lt;R&amp;D&gt; rover"))
  }
}
