// SPDX-License-Identifier: Apache-2.0
import Buses
import Foundation
import LoopFixtures
import MallocCount
import Quantities
import Recorder
import Runtime
import Testing

@Suite("A loop that is recorded")
struct RecordingTests {
  private final class Run {
    let path = NSTemporaryDirectory() + "umwelt-recorded-\(UUID().uuidString).mcap"
    let rig: Rig
    let recording: FlightRecording

    deinit { try? FileManager.default.removeItem(atPath: path) }

    init(_ board: BoardName, seed: UInt64) throws {
      var settings = FlightRecorder.Settings(path: path)
      settings.waitsWhenFull = true
      let recording = try FlightRecording(settings)
      self.recording = recording
      rig = try Rig(board, mind: BusyMind(board), seed: seed) {
        recording.hardware(CountedHardware($0))
      }
      recording.follow(rig.loop)
      try rig.go()
    }
  }

  @Test(
    "asks for no memory in 10,000 ticks", .enabled(if: umwelt_malloc_count_works()),
    arguments: [BoardName.rover, .balance, .full])
  func allocation(board: BoardName) throws {
    // What is made once, at its first use, is made by another robot of the kind.
    let warm = try Run(board, seed: 2)
    for _ in 0..<300 { warm.rig.loop.tick() }
    #expect(warm.recording.finish().isEmpty)
    let run = try Run(board, seed: 1)
    for _ in 0..<200 { run.rig.loop.tick() }
    umwelt_malloc_count_start()
    for _ in 0..<10_000 { run.rig.loop.tick() }
    let counts = umwelt_malloc_count_stop()
    #expect(counts.allocations == 0 && counts.frees == 0, "\(counts)")
    #expect(run.recording.finish().isEmpty)
  }

  @Test("says what it saw, decided and did, and in which state it was")
  func topics() throws {
    let run = try Run(.rover, seed: 1)
    for _ in 0..<500 { run.rig.loop.tick() }
    run.rig.loop.stop(.operatorStop)
    for _ in 0..<100 { run.rig.loop.tick() }
    run.rig.loop.disarm()
    #expect(run.recording.finish().isEmpty)
    let summary = try LogSummary(path: run.path)
    #expect(
      Set(summary.channels.map(\.topic)) == [
        "/imu", "/tf", "/senses", "/decision", "/command", "/log", "/camera", "/tick", "/tape/body"
      ])
    let rates = summary.channels.reduce(into: [String: Double]()) { $0[$1.topic] = $1.rateHz }
    #expect(abs((rates["/command"] ?? 0) - 100) < 0.5 && abs((rates["/imu"] ?? 0) - 100) < 2)
    #expect(abs((rates["/camera"] ?? 0) - 10) < 0.5)
    #expect(summary.states.map(\.text) == ["booting", "armed", "stopped"])
    #expect(summary.faults.map(\.text).contains { $0.contains("stopped by the operator") })
    #expect(summary.decisions == run.rig.loop.decisions && summary.dropped.isEmpty)
    let series = try LogSeries.read(summary, names: ["/command.set_points"], columns: 50)
    #expect(series.map(\.name) == ["/command.set_points.0", "/command.set_points.1"])
    #expect(series.allSatisfy { $0.count == run.rig.loop.ticks })
    #expect(series.contains { ($0.range?.upperBound ?? 0) > 0.3 })
  }
}
