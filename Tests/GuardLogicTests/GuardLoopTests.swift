// SPDX-License-Identifier: Apache-2.0
import Buses
import Guard
import GuardFixtures
import MallocCount
import Quantities
import Safety
import Testing

@Suite("The guard at work")
struct GuardLoopTests {
  @Test("Nothing is on before a runtime rested and wants it, then both lines and the chip are")
  func lets() throws {
    let bench = try LoopBench()
    #expect(bench.areLinesOff)
    bench.live(600, wants: false)
    #expect(bench.areLinesOff && bench.standing?.rung == .allowing)
    bench.power()
    bench.live(20, wants: true)
    #expect(bench.areLinesOn && bench.standing?.enablesOutputs == true)
    #expect(bench.chip.duty(0) == 1)
    bench.live(20, wants: false)
    #expect(bench.areLinesOff && bench.standing?.enablesOutputs == false)
    #expect(bench.record == nil, "a runtime that disarms is no stop")
  }

  @Test("Relays close as the runtime says while the outputs are on, and open with them")
  func relays() throws {
    let bench = try LoopBench()
    bench.beat.relays = 2
    bench.live(600, wants: false)
    #expect(bench.closed == [false, false])
    bench.live(20, wants: true)
    #expect(bench.closed == [false, true])
    bench.beat.relays = 1
    bench.live(20, wants: true)
    #expect(bench.closed == [true, false])
    bench.beat.relays = 3
    bench.live(20, wants: true)
    _ = bench.silence(60)
    #expect(bench.closed == [false, false] && bench.areLinesOff)
    bench.beat.relays = 1
    bench.live(600, wants: false)
    bench.live(20, wants: true)
    #expect(bench.closed == [true, false])
    bench.loop.end()
    #expect(bench.closed == [false, false])
  }

  @Test("A relay that refuses turns everything off, again and again until it obeys")
  func relayRefuses() throws {
    let bench = try LoopBench()
    bench.arm()
    bench.relays[0].error = LineError(line: "LAMP", errno: 5)
    bench.beat.relays = 3
    bench.live(20, wants: true)
    #expect(bench.areLinesOff && bench.closed == [false, false])
    bench.relays[0].error = nil
    bench.beat.relays = 2
    bench.live(200, wants: true)
    #expect(bench.areLinesOn && bench.closed == [false, true])
  }

  @Test("A runtime that crashes or hangs: lines at rest within 50 ms, then the chip, the record")
  func crash() throws {
    let bench = try LoopBench()
    bench.arm()
    #expect(bench.chip.duty(0) == 1)
    let offAfter = bench.silence(400)
    #expect((offAfter ?? 1000) <= 50)
    bench.enable.release()
    #expect(bench.chip.duty(0) == 0)
    let registers = (0..<16).map { bench.chip.read(UInt8(0x09 + 4 * $0)) }
    #expect(registers == [UInt8](repeating: 0x10, count: 16), "full off, whatever OE is")
    let record = try #require(bench.record)
    #expect(record.fault == .silent && record.rung == .holding && !record.isReset)
    #expect(record.bootID == "this-boot" && record.wantedOutputs)
    #expect(record.lastHeartbeatAt == bench.beat.sentAt)
    #expect(record.description.contains("silent"))
  }

  @Test("What is written down of a runtime that rested, at times before zero, is read back so")
  func resting() throws {
    let bench = try LoopBench()
    bench.now = Instant(nanoseconds: -60_000_000_000)
    bench.live(600, wants: false)
    _ = bench.silence(700)
    let record = try #require(bench.record)
    #expect(record.rung == .recording && !record.wantedOutputs)
    #expect(record.lastHeartbeatAt == bench.beat.sentAt && record.noticedAt < .zero)
    #expect(record.description.contains("the outputs then off"))
    #expect(GuardLoop.period == Interval(nanoseconds: 1_000_000))
  }

  @Test("Silence that goes on is recorded, then the watchdog is kicked no more")
  func ladder() throws {
    let bench = try LoopBench()
    bench.arm()
    _ = bench.silence(700)
    #expect(bench.record?.rung == .recording)
    _ = bench.silence(8000)
    let before = bench.watchdog.kicks
    _ = bench.silence(1000)
    #expect((9...11).contains(bench.watchdog.kicks - before))
    _ = bench.silence(1000)
    #expect(bench.record?.rung == .resetting && bench.record?.isReset == true)
    #expect(bench.record?.description.contains("reset the computer") == true)
    let atReset = bench.watchdog.kicks
    _ = bench.silence(5000)
    #expect(bench.watchdog.kicks == atReset)
    bench.live(200, wants: true)
    #expect(bench.watchdog.kicks > atReset && bench.areLinesOff, "it came back, and is held")
  }

  private static let lies: [(GuardFault, @Sendable (inout Heartbeat) -> Void)] = [
    (.stuck, { $0.sequence -= 1 }), (.backward, { $0.sequence -= 3 }),
    (.skipping, { $0.sequence += 50 }), (.absurdTimes, { $0.nextBy = $0.sentAt + .week }),
    (.newSession, { ($0.session, $0.sequence) = (8, 1) })
  ]

  @Test("A runtime that lies is stopped at the next look, and told why", arguments: 0..<5)
  func lies(_ index: Int) throws {
    let (fault, lie) = Self.lies[index]
    let bench = try LoopBench()
    bench.arm()
    #expect(bench.areLinesOn)
    bench.send(lie)
    bench.look()
    #expect(bench.areLinesOff && bench.chip.duty(0) == 0)
    #expect(bench.standing?.fault == fault && bench.record?.fault == fault)
    bench.live(300, wants: true)
    #expect(bench.areLinesOff, "it does not come back by itself")
  }

  @Test("Garbage in the shared memory is silence")
  func garbage() throws {
    let bench = try LoopBench()
    bench.arm()
    bench.runtimeWords.store(SIMD8(repeating: 0xDEAD_BEEF), in: .runtime)
    let offAfter = bench.silence(100)
    #expect((offAfter ?? 1000) <= 50)
  }

  @Test("A goodbye turns all off at once, and the computer is never reset for it")
  func goodbye() throws {
    let bench = try LoopBench()
    bench.arm()
    bench.send { $0.isLeaving = true }
    bench.look()
    #expect(bench.areLinesOff && bench.standing?.rung == .left)
    bench.enable.release()
    #expect(bench.chip.read(0x09) == 0x10)
    let before = bench.watchdog.kicks
    _ = bench.silence(20_000)
    #expect(bench.watchdog.kicks >= before + 199 && bench.record == nil)
  }

  @Test("Another runtime is let through once it rested")
  func newSession() throws {
    let bench = try LoopBench()
    bench.arm()
    _ = bench.silence(1000)
    (bench.beat.session, bench.beat.sequence) = (8, 0)
    bench.live(600, wants: false)
    bench.live(20, wants: true)
    #expect(bench.areLinesOn && bench.standing?.seen?.session == 8)
  }

  @Test("A bus that is stuck does not keep the lines waiting; the chip is told when it answers")
  func stuckBus() throws {
    let bench = try LoopBench()
    bench.arm()
    bench.isChipThere = false
    let offAfter = bench.silence(300)
    #expect((offAfter ?? 1000) <= 50 && bench.chip.read(0x09) == 0)
    bench.isChipThere = true
    _ = bench.silence(150)
    #expect(bench.chip.read(0x09) == 0x10)
  }

  @Test("A line that refuses to go on keeps the other off too, until it obeys")
  func lineRefuses() throws {
    let bench = try LoopBench()
    bench.live(600, wants: false)
    bench.enable.error = LineError(line: "OE", errno: 5)
    bench.live(300, wants: true)
    #expect(bench.areLinesOff && bench.standing?.enablesOutputs == false)
    bench.enable.error = nil
    bench.live(300, wants: true)
    #expect(bench.areLinesOn)
  }

  @Test("A line that refuses to go off does not keep the other on, and is told again")
  func lineSticks() throws {
    let bench = try LoopBench()
    bench.arm()
    bench.standby.error = LineError(line: "STBY", errno: 5)
    _ = bench.silence(200)
    #expect(bench.standby.isHigh && bench.enable.isHigh)
    bench.standby.error = nil
    let offAfter = bench.silence(150)
    #expect(offAfter != nil)
  }

  @Test("A watchdog that cannot be kicked changes nothing else")
  func deadWatchdog() throws {
    let bench = try LoopBench()
    bench.watchdog.error = WatchdogError(device: "counting", reason: .system(errno: 5))
    bench.arm()
    #expect(bench.areLinesOn && bench.watchdog.kicks == 0)
    bench.watchdog.error = nil
    bench.live(200, wants: true)
    #expect(bench.watchdog.kicks > 0)
  }

  @Test("At its end everything is off and the watchdog stopped")
  func end() throws {
    let bench = try LoopBench()
    bench.arm()
    bench.loop.end()
    #expect(bench.areLinesOff && bench.watchdog.isStopped && bench.chip.read(0x09) == 0x10)
    #expect(bench.loop.longestGap == Interval(nanoseconds: 1_000_000))
  }

  @Test("A record whose folder is gone is complained about, and nothing else happens")
  func noFolder() throws {
    #expect(throws: GuardRecordError.self) {
      try GuardRecordFile(folder: "/nonexistent/folder", bootID: "x")
    }
    do throws(GuardRecordError) {
      _ = try GuardRecordFile(folder: "/nonexistent/folder", bootID: "x")
    } catch {
      #expect(error.errno == 2)
      #expect(error.description.contains("/nonexistent/folder/guard.record"))
    }
  }

  @Test("Half a record is none")
  func halfRecord() throws {
    let bench = try LoopBench()
    bench.arm()
    _ = bench.silence(100)
    let whole = try #require(bench.folder.text(GuardRecordFile.name))
    #expect(GuardRecord(whole) != nil)
    for count in 0..<(whole.count - 1) {
      #expect(GuardRecord(String(whole.prefix(count))) == nil, "\(count) characters")
    }
    #expect(GuardRecord("end\n") == nil)
  }
}

@Suite("What a look of the guard asks of Linux", .enabled(if: isOptimised))
struct GuardAllocationTests {
  @Test("Looking, arming, stopping, recording and resetting ask for no memory")
  func allocations() throws {
    try #require(umwelt_malloc_count_works())
    let bench = try LoopBench()
    bench.arm()
    _ = bench.silence(12_000)
    bench.live(600, wants: false)
    umwelt_malloc_count_start()
    bench.live(300, wants: true)
    bench.send { $0.sequence += 50 }
    bench.look()
    _ = bench.silence(12_000)
    bench.live(600, wants: false)
    bench.send { $0.isLeaving = true }
    bench.look()
    let counts = umwelt_malloc_count_stop()
    #expect(counts.allocations == 0)
  }
}

extension Interval {
  fileprivate static let week = Interval(seconds: 604_800)
}
