// SPDX-License-Identifier: Apache-2.0
import Foundation
import Quantities
import Recorder
import Testing

@Suite("A recorder that waits for a fault")
struct TriggerTests {
  private let folder = TestFolder()
  private var path: String { folder.path + "/fault.mcap" }

  private func recorder() throws -> FlightRecorder {
    var settings = FlightRecorder.Settings(path: path)
    settings.waitsWhenFull = true
    settings.mode = .aroundTriggers(beforeS: 5, afterS: 2)
    return try FlightRecorder(settings, threads: ["body"])
  }

  private func record(_ recorder: FlightRecorder, _ ticks: Range<Int>) {
    for tick in ticks {
      recorder.port("body").record(
        TickSample(tick: tick, late: .zero, work: .zero, missed: 0),
        at: Instant(nanoseconds: Int64(tick) * 10_000_000))
    }
  }

  private func seconds(_ log: WholeLog) -> [Double] {
    log.messages.map { Double($0.timeNs) * 1e-9 }
  }

  @Test("writes nothing when there is none")
  func none() throws {
    let recorder = try recorder()
    record(recorder, 0..<6000)
    recorder.finish()
    let log = try WholeLog(path: path)
    #expect(log.messages.isEmpty && log.loss == nil)
  }

  @Test("has the seconds before it and after it, and nothing else, for every fault")
  func around() throws {
    let recorder = try recorder()
    record(recorder, 0..<3000)
    usleep(100_000)
    recorder.trigger()
    usleep(100_000)
    record(recorder, 3000..<6000)
    usleep(100_000)
    recorder.trigger()
    usleep(100_000)
    recorder.finish()
    let times = seconds(try WholeLog(path: path))
    #expect(times == times.sorted())
    for fault in [30.0, 60.0] {
      let before = times.filter { $0 >= fault - 5 && $0 < fault }
      #expect(before.count >= 500, "before \(fault): \(before.count)")
    }
    #expect(times.filter { $0 >= 30 && $0 < 32 }.count == 200)
    // A chunk is a second, and is written whole.
    #expect(!times.contains { $0 < 23.5 || ($0 > 34.5 && $0 < 53.5) })
  }
}

/// A disk with little room.
private final class FullDisk: ByteSink {
  private let inner: FileSink
  private var room: Int

  init(_ inner: FileSink, room: Int) { (self.inner, self.room) = (inner, room) }

  func append(_ bytes: [UInt8]) throws(DiskError) {
    let count = min(room, bytes.count)
    room -= count
    try inner.append(Array(bytes[..<count]))
    if count < bytes.count { throw DiskError(path: inner.path, step: .write, errno: ENOSPC) }
  }

  func sync() throws(DiskError) { try inner.sync() }
  func close() { inner.close() }
}

@Suite("A recorder whose disk refuses")
struct DiskTests {
  private func error(_ path: String) -> DiskError? {
    do throws(DiskError) {
      _ = try FlightRecorder(FlightRecorder.Settings(path: path), threads: ["body"])
      return nil
    } catch { return error }
  }

  @Test("says at the start that it cannot write there")
  func start() throws {
    let folder = TestFolder()
    let missing = try #require(error(folder.path + "/no/such.mcap"))
    #expect(missing.errno == ENOENT && "\(missing)".contains("folder must be there"))
    let full = try #require(error("/dev/full"))
    #expect(full.errno == ENOSPC && full.step == .write)
    #expect("\(full)".contains("the robot goes on without a recording"))
  }

  @Test("stops recording while the robot goes on, and says why", .timeLimit(.minutes(1)))
  func full() throws {
    let folder = TestFolder()
    var settings = FlightRecorder.Settings(path: folder.path + "/drive.mcap")
    settings.waitsWhenFull = true
    settings.ringBytes = 64 << 10
    let recorder = try FlightRecorder(settings, threads: ["body"]) {
      (path: String) throws(DiskError) in FullDisk(try FileSink(path), room: 100_000)
    }
    var random = SeededGenerator(seed: 1, stream: "disk")
    for number in 0..<2000 {
      let noise = (0..<1000).map { _ in UInt8(random.next() & 255) }
      noise.withUnsafeBytes {
        recorder.port("body").record(
          .tape, at: Instant(nanoseconds: Int64(number) * 10_000_000), $0)
      }
    }
    recorder.finish()
    let trouble = try #require(recorder.trouble)
    #expect(trouble.step == .write && trouble.errno == ENOSPC)
    let log = try WholeLog(path: folder.path + "/drive.mcap")
    #expect(log.loss != nil, "what is on the disk can be read")
  }
}
