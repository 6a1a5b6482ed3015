// SPDX-License-Identifier: Apache-2.0
import Buses
import Foundation
import Glibc
import Guard
import GuardFixtures
import LinuxBuses
import Quantities
import Safety
import SocketBuses
import Testing

/// `umwelt-guard` as a process, the machine's chips, and a runtime that beats in a thread.
///
/// Limits are wide, for computers that have other things to do. `umwelt sim guard` measures.
@Suite("umwelt-guard, the process", .serialized, .timeLimit(.minutes(3)))
struct GuardProcessTests {
  @Test("Killed runtime, hung runtime: silence makes the machine safe, and the record says why")
  func silence() throws {
    let bench = try ProcessBench()
    try bench.arm()
    bench.runtime.isSilent = true
    #expect(try bench.rig.becomes(safe: true, within: 5))
    #expect(bench.waits { bench.record?.fault == .silent })
    #expect(bench.runtime.trouble != nil)
  }

  @Test("A runtime that counts on without sense is stopped, and comes back after it rested")
  func skips() throws {
    let bench = try ProcessBench()
    try bench.arm()
    bench.runtime.skip(1000)
    #expect(try bench.rig.becomes(safe: true, within: 5))
    #expect(bench.waits { bench.record?.fault == .skipping })
    bench.runtime.wants = false
    #expect(bench.waits { bench.runtime.trouble == nil })
    try bench.arm()
  }

  @Test("A goodbye makes the machine safe")
  func goodbye() throws {
    let bench = try ProcessBench()
    try bench.arm()
    bench.runtime.leave()
    #expect(try bench.rig.becomes(safe: true, within: 5))
  }

  @Test("kill -9 of the guard: the pulls of its lines make the machine safe")
  func killed() throws {
    let bench = try ProcessBench()
    try bench.arm()
    bench.process.signal(SIGKILL)
    #expect(try bench.rig.becomes(safe: true, within: 5))
    #expect(bench.waits { bench.runtime.trouble == .noGuard })
    #expect(bench.process.wait() == -SIGKILL)
  }

  @Test("Asked to end it turns all off, and says how late it ever was")
  func ends() throws {
    let bench = try ProcessBench()
    try bench.arm()
    bench.process.signal(SIGTERM)
    #expect(bench.process.wait() == 0)
    #expect(try bench.rig.becomes(safe: true, within: 5))
    #expect(bench.process.errors.contains("the longest time between two looks was"))
  }

  @Test("Silence that goes on resets the computer through the watchdog")
  func resets() throws {
    let bench = try ProcessBench(["--watchdog", "machine", "--reset-after", "1"])
    try bench.arm()
    bench.runtime.isSilent = true
    #expect(bench.waits { bench.record?.isReset == true })
    // What is not kicked any more runs out.
    let machine = try bench.rig.hardware()
    let end = machine.clock.now + Interval(seconds: 40)
    while machine.clock.now < end, bench.hasMachine(machine, resets: 0) { usleep(100_000) }
    #expect(try bench.rig.hardware().standing().resets == 1)
  }

  @Test("Shared memory that is cut off again and again is silence, once is nothing")
  func cutOff() throws {
    let bench = try ProcessBench()
    try bench.arm()
    let path = bench.rig.folder.path + "/words"
    #expect(truncate(path, 0) == 0)
    #expect(bench.waits { bench.runtime.trouble == nil })
    let end = Date() + 10
    while bench.record == nil, Date() < end {
      for _ in 0..<10_000 { #expect(truncate(path, 0) == 0) }
    }
    // Of what gets through in between the count jumps.
    #expect([.silent, .skipping].contains(bench.record?.fault))
    #expect(try bench.rig.becomes(safe: true, within: 5))
    try bench.arm()
  }

  @Test("A second guard, and a second runtime, are refused with the first one's process")
  func second() throws {
    let bench = try ProcessBench()
    let path = bench.rig.folder.path + "/words"
    let rig = try ServedRig()
    defer { rig.end() }
    let other = try GuardChild(
      ["--memory", path, "--standby", "MOTOR_STBY", "--machine", rig.socket], in: rig.folder)
    #expect(other.wait() == 3)
    #expect(other.errors.contains("process \(bench.process.id)"), "\(other.errors)")
    #expect(throws: SharedWordsError(path: path, errno: EAGAIN, holder: getpid())) {
      try SharedWords(path, makes: false)
    }
    try bench.arm()
  }

  @Test("A heartbeat that a dead runtime left behind is not heard")
  func leftBehind() throws {
    let rig = try ServedRig()
    defer { rig.end() }
    let path = rig.folder.path + "/words"
    _ = try SharedWords(path, makes: true)
    let words = try SharedWords(path, makes: false)
    let heartbeat = Heartbeat(
      session: 3, sequence: 9, sentAt: .zero, nextBy: .zero, wantsOutputs: true,
      isLeaving: false, imuSamples: 1)
    words.store(heartbeat.words, in: .runtime)
    let child = try GuardChild(
      ["--memory", words.path, "--standby", "MOTOR_STBY", "--machine", rig.socket],
      in: rig.folder)
    var standing: GuardStanding?
    for _ in 0..<2000 where standing == nil {
      standing = GuardStanding(words: words.load(.guardian))
      usleep(5000)
    }
    #expect(standing?.rung == .waiting && standing?.seen == nil, "\(child.errors)")
  }

  @Test("Wrong arguments end it with 2, missing hardware with 3, help with 0")
  func codes() throws {
    let rig = try ServedRig()
    defer { rig.end() }
    let words = rig.folder.path + "/words"
    let foreign = rig.folder.path + "/foreign"
    #expect(FileManager.default.createFile(atPath: foreign, contents: Data("mine".utf8)))
    let wrong = try GuardChild(["--standby", "X"], in: rig.folder)
    #expect(wrong.wait() == 2 && wrong.errors.contains("--memory PATH is missing"))
    let help = try GuardChild(["--help"], in: rig.folder)
    #expect(help.wait() == 0)
    for (arguments, words) in [
      (["--memory", words, "--standby", "NO_LINE", "--machine", rig.socket], "NO_LINE"),
      (["--memory", words, "--standby", "X", "--machine", "/nonexistent"], "nobody answers"),
      (
        ["--memory", "/nonexistent/w", "--standby", "MOTOR_STBY", "--machine", rig.socket],
        "no such folder"
      ),
      (
        ["--memory", foreign, "--standby", "MOTOR_STBY", "--machine", rig.socket],
        "no shared memory of umwelt-guard's"
      )
    ] as [([String], String)] {
      let child = try GuardChild(arguments, in: rig.folder)
      #expect(child.wait() == 3)
      #expect(child.errors.contains(words), "\(child.errors)")
    }
    #expect(rig.folder.text("foreign") == "mine")
  }

  @Test("It takes little of the processor")
  func load() throws {
    let bench = try ProcessBench()
    let before = bench.process.cpuS
    usleep(2_000_000)
    let share = (bench.process.cpuS - before) / 2
    print("umwelt-guard: \(share * 100) % of one processor")
    #expect(share < 0.3)
  }
}
