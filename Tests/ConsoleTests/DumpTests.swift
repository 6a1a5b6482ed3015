// SPDX-License-Identifier: Apache-2.0
import Board
import Console
import Quantities
import Testing

@Suite struct DumpTests {
  private func dump(_ desk: Desk, _ what: String = "dump") -> [String] {
    desk.give(what).split(separator: "\r\n").map { String($0).trimmedEnd }
      .filter { $0.hasSuffix("") && $0.contains(" *") }
  }

  /// All at once, as a terminal pastes it; what is said after it.
  private func paste(_ lines: [String], _ desk: Desk) -> String {
    _ = desk.session.said()
    desk.session.type(lines.map { $0 + "\r" }.joined(), at: desk.now)
    desk.wait(0.3)
    return desk.session.said()
  }

  private func changed() throws -> (Desk, [String]) {
    let desk = try Desk()
    for line in [
      "set safety.ramp 1 s", "set motors.left.limits.rate 8 /s", "set planner.path_weight 0.4",
      "set motors.left.limits.position [-0.5, 0.5]", "set rates.gate 50 Hz"
    ] {
      #expect(!desk.give(line).contains("error"))
    }
    return (desk, dump(desk))
  }

  @Test func aDumpOfAllParametersComesBackWhole() throws {
    let (from, lines) = try changed()
    #expect(lines.count > 150)
    #expect(lines.first?.hasPrefix("begin dump testbed *") == true)
    let to = try Desk()
    let said = paste(lines, to)
    #expect(said.contains("5 values hold now. `confirm` within 30"), "\(said)")
    #expect(to.robot.board?.safety.rampS == 1)
    #expect(to.robot.board?.motors[0].limits.position == -0.5...0.5)
    _ = to.give("confirm")
    #expect(dump(to) == lines)
    #expect(dump(to, "dump diff").count == 7)
    _ = from
  }

  @Test func pastedLinesAreNotEchoedAndTheEndSaysOneThing() throws {
    let (_, lines) = try changed()
    let said = paste(lines, try Desk())
    #expect(said.utf8.count < 400, "\(said)")
  }

  @Test func aDumpThatIsAlreadyInPlaceChangesNothing() throws {
    let (desk, lines) = try changed()
    #expect(paste(lines, desk).contains("nothing to change"))
  }

  /// Every byte of every line wrong in one bit, chosen with seed 20261124: the line is named and
  /// nothing is applied.
  @Test func aWrongBitAnywhereIsFoundAndItsLineNamed() throws {
    let (_, lines) = try changed()
    var random = SeededGenerator(seed: 20_261_124, stream: "bits")
    for index in stride(from: 0, to: lines.count, by: 7) {
      var spoilt = lines
      var bytes = Array(lines[index].utf8)
      let at = Int.random(in: 0..<bytes.count, using: &random)
      bytes[at] ^= 1 << UInt8.random(in: 0..<5, using: &random)
      // A control character is a key, not a wrong character.
      guard (0x20..<0x7F).contains(bytes[at]), bytes[at] != 0x3F else { continue }
      spoilt[index] = String(decoding: bytes, as: UTF8.self)
      let desk = try Desk()
      let said = paste(spoilt, desk) + desk.give("abort")
      #expect(
        said.contains("line \(index + 1) of the dump") || index == 0 || index == lines.count - 1,
        "\(spoilt[index]): \(said)")
      #expect(desk.robot.board == nil)
      #expect(desk.give("diff").contains("as the board's files say"))
    }
  }

  @Test func aLostOrDoubledOrMovedLineIsFound() throws {
    let (_, lines) = try changed()
    var lost = lines
    lost.remove(at: 20)
    var doubled = lines
    doubled.insert(lines[20], at: 20)
    var moved = lines
    moved.swapAt(20, 21)
    for wrong in [lost, doubled, moved] {
      let desk = try Desk()
      #expect(paste(wrong, desk).contains("of the dump's \(lines.count - 2) lines came"))
      #expect(desk.robot.board == nil)
    }
  }

  @Test func aDumpWithoutItsBeginningSetsNothing() throws {
    let (_, lines) = try changed()
    let desk = try Desk()
    #expect(paste(Array(lines.dropFirst()), desk).contains("came without the dump's first line"))
    #expect(desk.robot.board == nil)
  }

  @Test func aDumpWithoutItsEndWaitsAndSetsNothing() throws {
    let (_, lines) = try changed()
    let desk = try Desk()
    _ = paste(lines.dropLast(), desk)
    #expect(desk.robot.board == nil)
    // From its first line again.
    #expect(paste(lines, desk).contains("5 values hold now"))
  }

  @Test func aTypedLineInADumpIsNamed() throws {
    let (_, lines) = try changed()
    let desk = try Desk()
    var mixed = lines
    mixed.insert("set safety.ramp 2 s", at: 10)
    #expect(paste(mixed, desk).contains("line 11 of the dump has no check"))
    #expect(desk.robot.board == nil)
    let odd = [lines[0], desk.sealed("arm"), desk.sealed("apply 0 FFFF")]
    #expect(paste(odd, desk).contains("line 2 of the dump is no 'set' line"))
    #expect(desk.robot.done.isEmpty)
  }

  @Test func aValueOutOfRangeInADumpIsNamedByItsParameter() throws {
    let desk = try Desk()
    let set = "set safety.ramp 99 s"
    var check = CRC16()
    for byte in (set + "\n").utf8 { check.add(byte) }
    let lines = ["begin dump testbed", set, "apply 1 \(check.text)"].map(desk.sealed)
    #expect(paste(lines, desk).contains("error: safety.ramp: 99 s is out of range"))
    #expect(desk.robot.board == nil)
  }

  @Test func anotherBoardsDumpIsRefused() throws {
    let (_, lines) = try changed()
    let desk = try Desk()
    let others = [desk.sealed("begin dump robin")] + lines.dropFirst()
    #expect(paste(others, desk).contains("this dump is of 'robin', and the robot is 'testbed'"))
    #expect(desk.robot.board == nil)
  }

  /// 500 lines at 115200 baud are 87 us a byte: the line is given them as a UART would.
  @Test func fiveHundredLinesArriveWholeAByteAtATime() throws {
    let desk = try Desk()
    var lines: [String] = []
    var check = CRC16()
    for index in 0..<498 {
      let line = "set planner.path_weight 0.\(1000 + index)"
      for byte in (line + "\n").utf8 { check.add(byte) }
      lines.append(line)
    }
    let all = (["begin dump testbed"] + lines + ["apply 498 \(check.text)"]).map(desk.sealed)
    for byte in all.joined(separator: "\r").utf8 + [0x0D] {
      desk.now = desk.now + Interval(seconds: 87e-6)
      desk.session.receive(CollectionOfOne(byte), now: desk.now)
    }
    desk.wait(0.3)
    #expect(desk.session.said().contains("1 value holds now"))
    #expect(desk.robot.board?.planner.pathWeight == 0.1497)
  }
}
