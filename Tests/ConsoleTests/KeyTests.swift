// SPDX-License-Identifier: Apache-2.0
import Console
import Testing

@Suite struct SessionKeyTests {
  /// What each terminal sends, and what the line is after it.
  @Test(arguments: [
    ("ab\u{1B}[Dc", "acb"), ("ab\u{1B}ODc", "acb"), ("ab\u{1B}[Hc", "cab"),
    ("ab\u{1B}[1~c", "cab"), ("ab\u{1B}[7~c", "cab"), ("ab\u{1B}OHc", "cab"),
    ("ab\u{1B}[D\u{1B}[3~c", "ac"), ("ab\u{1B}[D\u{1B}[Fc", "abc"), ("ab\u{8}c", "ac"),
    ("ab\u{7F}c", "ac"), ("a\u{1B}[1;5Pb", "ab"), ("a\u{1B}[?1000hb", "ab"), ("a\u{1B}xb", "ab"),
    ("a\u{1B}\u{1B}[Cb", "ab"), ("a\u{1B}[200~b\u{1B}[201~c", "abc"),
    ("a\u{1B}[99999999999999999b", "ab")
  ])
  func sequencesOfTerminals(sent: String, line: String) throws {
    let desk = try Desk()
    desk.session.type(sent, at: desk.now)
    desk.session.type("\r", at: desk.now)
    #expect(desk.session.history == [line])
  }

  @Test func returnAndLineFeedAreOneEnter() throws {
    let desk = try Desk()
    desk.session.type("zig\r\nzag\nzog\r", at: desk.now)
    #expect(desk.session.history == ["zig", "zag", "zog"])
  }

  @Test func aTerminalThatAnswersIsAskedForItsSize() throws {
    let desk = try Desk()
    desk.session.open()
    #expect(desk.session.said().hasPrefix("\u{1B}[5n\r    \r"))
    desk.session.type("\u{1B}[0n", at: desk.now)
    #expect(desk.session.said().contains("\u{1B}[6n"))
    desk.session.type("\u{1B}[30;50R", at: desk.now)
    desk.session.type(String(repeating: "x", count: 30), at: desk.now)
    desk.wait(0.1)
    _ = desk.session.said()
    desk.session.type(String(repeating: "y", count: 30), at: desk.now)
    desk.wait(0.1)
    // 60 characters do not fit beside the prompt in 50 columns: the row begins with a mark.
    #expect(desk.session.said().contains("<"))
  }

  @Test func aPasteWithoutItsEndDoesNotSilenceTheLine() throws {
    let desk = try Desk()
    desk.session.type("\u{1B}[200~ver", at: desk.now)
    desk.wait(0.5)
    #expect(desk.session.said().isEmpty)
    desk.wait(1)
    #expect(desk.session.said().hasSuffix("umwelt> ver"))
  }

  @Test func oneThatDoesNotIsSentNoSequences() throws {
    let desk = try Desk()
    desk.session.open()
    _ = desk.session.said()
    for line in ["status", "get", "help", "camera", "tasks", "diff"] {
      #expect(!desk.give(line).contains("\u{1B}"), "\(line)")
    }
    desk.session.type("\u{C}", at: desk.now)
    #expect(!desk.session.said().contains("\u{1B}"))
  }
}
