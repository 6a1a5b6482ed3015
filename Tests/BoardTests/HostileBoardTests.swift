// SPDX-License-Identifier: Apache-2.0
import Board
import Testing

/// What tools/fuzz found, and what YAML offers to those who mean ill.
@Suite struct HostileBoardTests {
  /// Ten lines that stand for 10^8 values.
  private static func bomb(_ use: String) -> String {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...8 {
      let many = [String](repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(many)]\n"
    }
    return text + use
  }

  @Test("Aliases in a key are refused before they grow")
  func aliasesInKeysAreRefused() {
    for use in ["? *a8\n: 1\n", "{[x, *a8]: 1}: x\n", "[*a8, *a8]: 1\n", "b: {*a8: 1, *a7: 2}\n"] {
      let found = problems(Self.bomb(use) + Fixture.text)
      #expect(found.map(\.kind) == [.syntax])
      #expect(found.first?.place?.line == 10)
      #expect(found.first?.what == "the alias '*a8' is in a key")
    }
  }

  @Test("A star inside a text is no alias")
  func starsStay() {
    for title in ["a * b", "'*a'", "\"* stars *\"", "5*5 # *a"] {
      #expect(problems(Fixture.with("For tests", title)) == [])
    }
  }

  @Test("A key with a star that is given twice is named as it is written")
  func repeatedStar() {
    let found = problems("'a*b': 1\n'a*b': 2\n" + Fixture.text)
    #expect(found.contains { $0.kind == .duplicateKey && $0.what.contains("'a*b'") })
  }

  @Test("A connector that cannot be read is a mistake with its place, and its pins are not missed")
  func connectorWithoutRows() {
    for broken in ["{title: header}", "{title: header, rows: 3}"] {
      let computer =
        "computer: {name: little, title: A little computer, connectors: [\(broken)], "
        + "buses: {i2c-1: {adapter: one.i2c, sda: P3, scl: P5}}, "
        + "lines: {IMU_INT: {chip: gpio0, line: 4}, MOTOR_STBY: {chip: gpio0, line: 5}}}\n"
      let text = Fixture.text.replacing("machine: simulated\nworld: rover\n", with: "")
      let found = problems(text + computer)
      #expect(found.contains { $0.what.contains("connectors[0]") })
      #expect(!found.contains { $0.kind == .unknownReference }, "\(found)")
    }
  }
}
