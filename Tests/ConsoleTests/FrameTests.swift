// SPDX-License-Identifier: Apache-2.0
import Codecs
import Console
import Quantities
import Safety
import Testing

@Suite struct FrameTests {
  private func framed() throws -> Desk {
    let desk = try Desk()
    desk.session.type("#json\r", at: desk.now)
    desk.wait(0.1)
    #expect(desk.session.frames().first?["event"]?.string == "hello")
    return desk
  }

  private func code(_ desk: Desk, _ bytes: [UInt8]) -> String? {
    desk.session.receive(bytes, now: desk.now)
    desk.wait(0.05)
    return desk.session.frames().last?["error"]?["code"]?.string
  }

  @Test func theCheckIsTheCataloguesOne() {
    #expect(CRC16("123456789".utf8).value == 0x29B1)
    #expect(CRC16([]).text == "FFFF")
  }

  @Test func aFrameIsItsBytesAndBack() throws {
    let json = JSON.object([.init("do", .text("get \"ä\u{1}😀\n\\")), .init("n", .number(-1.5))])
    let frame = Envelope(sequence: 0xFFFE, json: json)
    #expect(frame.bytes.last == 0x0A)
    #expect(frame.bytes.dropLast().allSatisfy { (0x20..<0x7F).contains($0) })
    #expect(try Envelope(line: Array(frame.bytes.dropLast())) == frame)
  }

  @Test func aRequestIsAnsweredWithItsIdentifier() throws {
    let desk = try framed()
    let answer = desk.ask("get safety.ramp", id: 42)
    #expect(answer?["id"] == .number(42))
    #expect(answer?["ok"] == .flag(true))
    #expect(answer?["result"]?["value"]?.string == "0.3 s")
    #expect(answer?["result"]?["effect"]?.string == "disarmed")
  }

  @Test func anErrorHasACodeAndSaysWhatToDo() throws {
    let desk = try framed()
    desk.robot.bars = [.noImu]
    let error = desk.ask("arm")?["error"]
    #expect(error?["code"]?.string == "refused")
    #expect(error?["what"]?.string == "no IMU sample yet.")
    #expect(error?["fix"]?.string == "Check the data-ready wire and `rate` in board.yaml.")
    #expect(desk.ask("fly")?["error"]?["code"]?.string == "unknown-command")
  }

  @Test func whatIsNoFrameIsAnsweredAndNothingHappens() throws {
    let desk = try framed()
    let frame = Envelope(sequence: 1, json: .object([.init("do", .text("arm"))]))
    var wrong = frame.bytes
    wrong[20] ^= 1
    #expect(code(desk, wrong) == "frame-check")
    #expect(code(desk, Array("arm\n".utf8)) == "frame-form")
    #expect(code(desk, frame.bytes.dropLast(3) + [0x0A]) == "frame-form")
    #expect(code(desk, [UInt8](repeating: 0x61, count: 20_000) + [0x0A]) == "frame-length")
    let number = Array("0001".utf8)
    let body = Array("{nope}".utf8)
    let head = "#0006 0001 \(CRC16(number + body).text) "
    #expect(code(desk, Array(head.utf8) + body + [0x0A]) == "frame-json")
    let empty = Envelope(sequence: 1, json: .object([.init("please", .flag(true))]))
    #expect(code(desk, empty.bytes) == "unknown-frame")
    #expect(desk.robot.done.isEmpty)
    #expect(desk.ask("version")?["ok"] == .flag(true))
  }

  @Test func aListenerIsSentFramesUntilItAsksSomethingElse() throws {
    let desk = try framed()
    desk.robot.snapshot.tiltRad = 0.1
    _ = desk.ask("listen tilt -r 10")
    desk.wait(1)
    let events = desk.session.frames()
    #expect((8...12).contains(events.count))
    let tilt = events.last?["data"]?["tilt"]?.double
    #expect(abs((tilt ?? 0) - 5.7296) < 0.001)
    _ = desk.ask("version")
    desk.wait(1)
    #expect(desk.session.frames().isEmpty)
  }

  @Test func textIsTheWayBackForPrograms() throws {
    let desk = try framed()
    _ = desk.ask("#text")
    #expect(desk.give("version").contains("umwelt 1.2.3 on testbed"))
  }

  @Test func textIsTheWayBackForPeople() throws {
    let desk = try framed()
    #expect(desk.give("#text").contains("umwelt> "))
  }

  @Test(arguments: [
    "null", "true", "[]", "{}", "[1,-2.5,1e3]", #"{"a":{"b":[null,"x"]}}"#,
    #""\u00e9\ud83d\ude00""#,
    " [ 1 , 2 ] "
  ])
  func jsonIsRead(text: String) throws {
    let value = try #require(JSON(text.utf8))
    #expect(JSON(value.written.utf8) == value)
  }

  @Test(arguments: [
    "", "nul", "[1", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "\"", "\"\\x\"", "1 2", "+1", "--1",
    ".5",
    "\"\\ud800\"", "[[[[[[[[[[1]]]]]]]]]]", "\"\u{1}\"", "1e999"
  ])
  func whatIsNoJsonIsNot(text: String) { #expect(JSON(text.utf8) == nil) }
}
