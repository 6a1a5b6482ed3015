// SPDX-License-Identifier: Apache-2.0
import Quantities
import Recorder
import Testing

@Suite("What is in a log")
struct LogSummaryTests {
  private let folder = TestFolder()
  private var path: String { folder.path + "/drive.mcap" }

  @Test("is summed up over all of its files")
  func summary() throws {
    var settings = FlightRecorder.Settings(path: path)
    (settings.waitsWhenFull, settings.segmentBytes) = (true, 30_000)
    settings.words = ["armed", "stopped", "the IMU is stale"]
    let recorder = try FlightRecorder(
      settings, threads: ["body"],
      attachments: [McapAttachment(name: "board.yaml", mediaType: "", data: [])],
      metadata: [McapMetadata(name: "run", values: ["seed": "7"])])
    let port = recorder.port("body")
    var random = SeededGenerator(seed: 1, stream: "summary")
    for tick in 0..<1000 {
      let at = Instant(nanoseconds: Int64(tick) * 10_000_000)
      var command = CommandSample(
        setPoints: .init(repeating: random.normal()), count: 2, isEnabled: true,
        state: tick < 600 ? 0 : 1)
      command.setPoints[1] = Double(tick)
      port.record(command, at: at)
      if tick == 600 { port.record(LogSample(.error, what: 1, why: 2), at: at) }
      guard tick % 100 == 0 else { continue }
      var decision = DecisionSample(action: .zero, count: 2)
      decision.thinkS = Double(tick) * 1e-5
      port.record(decision, at: at)
    }
    recorder.finish()
    let summary = try LogSummary(path: path)
    #expect(summary.files.count > 1 && summary.losses.isEmpty)
    #expect(abs(summary.durationS - 9.99) < 1e-9)
    #expect(summary.states.map(\.text) == ["armed", "stopped"])
    #expect(summary.states.map(\.atS) == [0, 6])
    #expect(summary.faults.map(\.text) == ["stopped: the IMU is stale"])
    #expect(summary.faults.map(\.atS) == [6])
    #expect(summary.decisions == 10 && abs(summary.longestThoughtS - 0.009) < 1e-12)
    #expect(summary.attachments == ["board.yaml"] && summary.metadata["run"] == ["seed": "7"])
    let commands = try #require(summary.channels.first { $0.topic == "/command" })
    #expect(commands.messages == 1000 && abs((commands.rateHz ?? 0) - 100) < 1e-6)

    let series = try LogSeries.read(
      summary, names: ["/command.set_points.1", "/decision"], columns: 10)
    #expect(series.first?.name == "/command.set_points.1" && series.first?.count == 1000)
    #expect(series.first?.range == 0...999)
    // The last column ends with the last message.
    #expect(series.first?.steps.first == 0...99 && series.first?.steps.last == 900...999)
    #expect(series.map(\.name).contains("/decision.think_s"))
    #expect(try LogSeries.read(summary, names: ["/com"], columns: 10).isEmpty)
  }

  @Test("is read from JSON by the way to each number and text")
  func fields() throws {
    let text =
      #" {"a":{"x":1.5,"y":-2e3},"l":[1,[2]],"s":"q\"\\é","t":true,"n":null,"e":{},"f":[]} "#
    let fields = try #require(JSONFields(Array(text.utf8)))
    #expect(fields.numbers == ["a.x": 1.5, "a.y": -2000, "l.0": 1, "l.1.0": 2, "t": 1])
    #expect(fields.texts == ["s": "q\"\\é"])
  }

  @Test(
    "is nothing where it is no JSON",
    arguments: [
      "", "{", "[1,]", "{\"a\"}", "nul", "1 2", "\"", "{\"a\":--1}", "[[[[[[[[[[[[[[[[[1]]]]]]]]]"
    ])
  func noJSON(text: String) { #expect(JSONFields(Array(text.utf8)) == nil) }
}
