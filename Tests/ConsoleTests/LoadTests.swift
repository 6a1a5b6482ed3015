// SPDX-License-Identifier: Apache-2.0
import Console
import Foundation
import Intercom
import Quantities
import Safety
import Testing

@Suite struct LoadTests {
  @Test func whatNobodyReadsIsBoundedAndToldOnceSomebodyDoes() throws {
    let desk = try Desk()
    for _ in 0..<200 {
      desk.session.type("get\r", at: desk.now)
      desk.wait(0.02)
    }
    let sent = desk.session.sent()
    #expect(sent.count <= 65_536)
    desk.wait(0.1)
    #expect(desk.session.said().contains("bytes were not sent: nobody read them"))
    #expect(desk.give("version").contains("umwelt 1.2.3"))
  }

  @Test func aLiveViewThatNobodyReadsEndsUpBehindNothing() throws {
    let desk = try Desk()
    desk.session.type("listen imu -r 50\r", at: desk.now)
    desk.wait(100)
    #expect(desk.session.sent().count < 20_000)
  }

  @Test func anyKeyEndsALiveViewAndControlXStopsToo() throws {
    let desk = try Desk()
    for key in ["q", "\r", "\u{3}"] {
      _ = desk.give("listen tilt")
      desk.session.type(key, at: desk.now)
      desk.wait(1)
      _ = desk.session.said()
      desk.wait(1)
      #expect(desk.session.said().isEmpty)
    }
    _ = desk.give("plot tilt")
    desk.session.type("\u{18}", at: desk.now)
    #expect(desk.robot.stops == 1)
  }

  /// 1 MB, a second's flood, seed 20261124: bounded, and the line works after it.
  @Test func aFloodOfBytesLeavesAConsoleThatWorks() throws {
    let desk = try Desk()
    var random = SeededGenerator(seed: 20_261_124, stream: "flood")
    for _ in 0..<1000 {
      // No ctrl-X: that would be a stop.
      let bytes = (0..<1000).map { _ in UInt8.random(in: 0x20...0xFF, using: &random) }
      desk.now = desk.now + Interval(seconds: 0.001)
      desk.session.receive(bytes, now: desk.now)
      #expect(desk.session.sent().count < 66_000)
    }
    desk.session.type("\r", at: desk.now)
    desk.wait(0.2)
    #expect(desk.give("version").contains("umwelt 1.2.3"))
    #expect(desk.robot.done.isEmpty && desk.robot.stops == 0)
  }

  @Test func questionsInAPasteAreNotAnswered() throws {
    let desk = try Desk()
    desk.session.type(String(repeating: "?\t\u{12}a", count: 1000), at: desk.now)
    desk.wait(0.2)
    // A bell for each that is none of a line's characters, and the line's end.
    #expect(desk.session.sent().count < 5000)
    #expect(desk.give("\u{15}version").contains("umwelt 1.2.3"))
  }

  /// As many as the environment says, for a long run.
  static let mutants =
    ProcessInfo.processInfo.environment["UMWELT_MUTANTS"].flatMap(Int.init) ?? 20_000

  /// 20,000 mutated lines and frames, seed 20261124; tools/fuzz makes millions of others. The robot
  /// does nothing but what a whole command asks.
  @Test func mutatedLinesAndFramesChangeNothing() throws {
    let desk = try Desk()
    desk.robot.bars = [.noImu]
    var random = SeededGenerator(seed: 20_261_124, stream: "mutants")
    let seeds = [
      "set safety.ramp 1 s *A1B2", "begin dump testbed *0000", "apply 1 FFFF *1234",
      "#0010 0001 ABCD {\"do\": \"arm\"}", "#json", "#text", "disarm now", "plot gyro.z -r 0",
      "listen imu -r x", "goal go nowhere", "commit -1", "rollback 99999999999999999999",
      "\u{1B}[A\u{1B}[200~set\u{1B}[201~", "log tail -5", "get \u{9}\u{9}?", "camera live x"
    ]
    for _ in 0..<Self.mutants {
      var bytes = Array(seeds[Int.random(in: 0..<seeds.count, using: &random)].utf8)
      for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
        let at = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: at)
        default: bytes.insert(bytes[at], at: at)
        }
      }
      bytes.removeAll { $0 == 0x18 }
      desk.now = desk.now + Interval(seconds: 0.05)
      desk.session.receive(bytes + [0x0D], now: desk.now)
      desk.robot.work()
      desk.console.step(desk.now)
      desk.session.step(desk.now)
      #expect(desk.session.sent().count < 66_000)
    }
    #expect(desk.robot.board == nil && desk.robot.stops == 0)
    #expect(Set(desk.robot.done).isSubset(of: []))
  }

  @Test func linesOfAPasteWaitForTheOneBeforeThem() throws {
    let desk = try Desk()
    desk.session.type(
      "arm\rset planner.path_weight 0.3\rdisarm\rset safety.ramp 1 s\r", at: desk.now)
    desk.wait(1)
    #expect(desk.robot.done == ["arm", "change", "disarm", "change"])
    #expect(desk.robot.board?.safety.rampS == 1)
  }

  @Test func tabCompletesCommandsParametersAndValues() throws {
    let desk = try Desk()
    desk.session.type("stat\t", at: desk.now)
    desk.wait(0.1)
    #expect(desk.session.said().hasSuffix("status "))
    desk.session.type("\u{15}set safety.fr\t", at: desk.now)
    desk.wait(0.1)
    #expect(desk.session.said().hasSuffix("safety.frame_timeout "))
    desk.session.type("\u{15}set safety.failsafes.hot.action r\t", at: desk.now)
    desk.wait(0.1)
    #expect(desk.session.said().hasSuffix("ramp "))
    desk.session.type("\u{15}get planner.\t", at: desk.now)
    desk.wait(0.1)
    #expect(desk.session.said().contains("planner.candidates  "))
    desk.session.type("\u{15}zzz\t", at: desk.now)
    desk.wait(0.1)
    #expect(desk.session.said().contains("\u{7}"))
  }

  @Test func aQuestionMarkExplainsWhatCanCome() throws {
    let desk = try Desk()
    desk.session.type("set safety.ra?", at: desk.now)
    desk.wait(0.1)
    let said = desk.session.said()
    #expect(said.contains("safety.ramp  0.3 s  How long a stop from full power takes."))
    #expect(said.hasSuffix("umwelt> set safety.ra"))
  }

  @Test func aPictureIsShownAsTextWithAndWithoutColours() throws {
    let desk = try Desk()
    var pixels = [UInt8](repeating: 0, count: 8 * 8 * 3)
    for index in 0..<4 * 8 * 3 { pixels[index] = 255 }
    desk.robot.camera = CameraPicture(width: 8, pixels: pixels)
    #expect(desk.give("camera").contains("@@@@@@@@\r\n"))
    desk.session.type("\u{1B}[0n", at: desk.now)
    #expect(desk.give("camera").contains("\u{1B}[38;5;231;48;5;231m▀"))
  }
}
