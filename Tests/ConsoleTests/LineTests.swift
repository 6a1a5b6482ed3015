// SPDX-License-Identifier: Apache-2.0
import Console
import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Over pseudo-terminals and sockets of this computer, at the speed of their kernel.
@Suite("The console over real lines", .serialized)
struct LineTests {
  @Test func aTerminalIsGreetedAndItsCommandsAreAnswered() throws {
    let terminal = Peer()
    let rig = LineRig(serial: [terminal.path])
    defer { rig.end() }
    #expect(terminal.expect("umwelt> ") != nil)
    terminal.send("stat\t\r")
    #expect(terminal.expect("disarmed: the outputs are off") != nil)
    terminal.send("arm\r")
    #expect(terminal.expect("armed. Ctrl-X stops it.") != nil)
    terminal.send("\u{18}")
    #expect(terminal.expect("stopped: operatorStop") != nil)
    #expect(rig.stops == 1)
  }

  @Test func aDumpOfAllParametersPastedAtOnceArrivesWhole() throws {
    let terminal = Peer()
    let rig = LineRig(serial: [terminal.path])
    defer { rig.end() }
    #expect(terminal.expect("umwelt> ") != nil)
    for line in ["set safety.ramp 1 s", "set planner.path_weight 0.4"] {
      terminal.send(line + "\r")
      #expect(terminal.expect(").") != nil)
      #expect(terminal.expect("umwelt> ") != nil)
    }
    terminal.send("dump\r")
    let dump = try #require(terminal.expect("\r\numwelt> "))
    let lines = dump.split(separator: "\r\n").filter { $0.contains(" *") }
    #expect(lines.count > 150)
    terminal.send("rollback 2\r")
    #expect(terminal.expect("taken back.") != nil)
    #expect(terminal.send(lines.map { $0 + "\r" }.joined()))
    #expect(terminal.expect("2 values hold now.") != nil)
  }

  @Test func aPortThatIsUnpluggedIsOpenedAgain() throws {
    let link = NSTemporaryDirectory() + "umwelt-tty-\(UInt32.random(in: 0 ... .max))"
    defer { unlink(link) }
    let first = Peer()
    #expect(symlink(first.path, link) == 0)
    let rig = LineRig(serial: [link])
    defer { rig.end() }
    #expect(first.expect("umwelt> ") != nil)
    first.hangUp()
    let second = Peer()
    unlink(link)
    #expect(symlink(second.path, link) == 0)
    #expect(second.expect("umwelt> ") != nil)
    second.send("version\r")
    #expect(second.expect("umwelt 1.2.3 on testbed") != nil)
  }

  @Test func aPortThatComesLaterIsOpenedThen() throws {
    let link = NSTemporaryDirectory() + "umwelt-tty-\(UInt32.random(in: 0 ... .max))"
    defer { unlink(link) }
    let rig = LineRig(serial: [link])
    defer { rig.end() }
    usleep(200_000)
    let terminal = Peer()
    #expect(symlink(terminal.path, link) == 0)
    #expect(terminal.expect("umwelt> ") != nil)
  }

  @Test func severalConnectButOneIsInCharge() throws {
    let rig = LineRig()
    defer { rig.end() }
    let one = try #require(Peer(socket: rig.socket))
    let two = try #require(Peer(socket: rig.socket))
    one.send("arm\r")
    #expect(one.expect("armed. Ctrl-X") != nil)
    two.send("disarm\r")
    #expect(two.expect("socket 1 is in charge") != nil)
    one.hangUp()
    usleep(200_000)
    two.send("disarm\r")
    #expect(two.expect("disarmed.\r\n") != nil)
  }

  @Test func aPeerThatNeverReadsHoldsNobodyElseUp() throws {
    let rig = LineRig()
    defer { rig.end() }
    let stalled = try #require(Peer(socket: rig.socket))
    for _ in 0..<200 { write(stalled.file, "get\r", 4) }
    usleep(300_000)
    let other = try #require(Peer(socket: rig.socket))
    let begin = Date()
    other.send("version\r")
    #expect(other.expect("umwelt 1.2.3") != nil)
    #expect(Date().timeIntervalSince(begin) < 2)
    let before = rig.ticks
    usleep(500_000)
    #expect(rig.ticks - before >= 4)
    // Reads at last: what was left away is said, and the line works.
    #expect(stalled.expect("bytes were not sent: nobody read them") != nil)
    stalled.send("version\r")
    #expect(stalled.expect("umwelt 1.2.3") != nil)
  }

  /// A second of it, as fast as this computer's kernel takes it (more than 1 MB).
  @Test func aFloodOnOneLineLeavesAnotherAtWork() throws {
    let terminal = Peer()
    let rig = LineRig(serial: [terminal.path])
    defer { rig.end() }
    #expect(terminal.expect("umwelt> ") != nil)
    let other = try #require(Peer(socket: rig.socket))
    let flood = [UInt8](repeating: 0x61, count: 4096)
    let end = Date() + 1
    var sent = 0
    var answers = 0
    while Date() < end {
      sent += max(0, write(terminal.file, flood, flood.count))
      terminal.listen(milliseconds: 0)
      other.send("version\r")
      if other.expect("umwelt 1.2.3", withinS: 1) != nil { answers += 1 }
    }
    #expect(answers >= 5 && sent > 10_000, "\(answers) answers beside \(sent) bytes")
    other.send("\u{18}")
    #expect(other.expect("stop.") != nil)
    usleep(300_000)
    #expect(rig.stops == 1)
  }

  @Test func aKeyIsEchoedWithin20Milliseconds() throws {
    let terminal = Peer()
    let rig = LineRig(serial: [terminal.path])
    defer { rig.end() }
    #expect(terminal.expect("umwelt> ") != nil)
    var times: [Double] = []
    for index in 0..<120 {
      // Faster would be a paste.
      usleep(25_000)
      let key = index % 40 == 39 ? "\u{15}" : "abcdefghij".map(String.init)[index % 10]
      let begin = Date()
      terminal.send(key)
      let before = terminal.heard.count
      while terminal.heard.count == before, Date().timeIntervalSince(begin) < 1 {
        terminal.listen(milliseconds: 20)
      }
      times.append(Date().timeIntervalSince(begin))
    }
    times.sort()
    print("keys echoed: p50 \(times[60] * 1000) ms, p99 \(times[118] * 1000) ms")
    // Half of them: the rest is what else this computer does.
    #expect(times[60] <= 0.02)
  }
}
