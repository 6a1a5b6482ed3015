// SPDX-License-Identifier: Apache-2.0
import Buses
import Foundation
import MallocCount
import Quantities
import Recorder
import Testing

@Suite("A flight recorder")
struct FlightRecorderTests {
  private let folder = TestFolder()
  private var path: String { folder.path + "/drive.mcap" }

  private func settings(
    _ change: (inout FlightRecorder.Settings) -> Void = { _ in }
  ) -> FlightRecorder.Settings {
    var settings = FlightRecorder.Settings(path: path)
    settings.waitsWhenFull = true
    settings.words = ["armed", "stopped", "the IMU is \"stale\""]
    change(&settings)
    return settings
  }

  private func at(_ seconds: Double) -> Instant {
    Instant.zero + Interval(seconds: seconds)
  }

  @Test("writes each sample as JSON that says what it was")
  func json() throws {
    let recorder = try FlightRecorder(settings(), threads: ["body"])
    let port = recorder.port("body")
    port.record(ImuSample(gyroRadS: Vector3(0.5, -1, 2), accelMS2: Vector3(0, 0, 9.75)), at: at(1))
    port.record(
      PoseSample(
        bodyToEarth: Quaternion(w: 1, x: 0, y: 0, z: 0), positionM: [3, 4]), at: at(1.5))
    var senses = SensesSample()
    (senses.tiltRad, senses.surprise, senses.busErrors) = (0.25, .nan, 3)
    port.record(senses, at: at(2))
    var decision = DecisionSample(action: [0.5, -0.25, 9, 9, 9, 9, 9, 9], count: 2)
    (decision.goalDistance, decision.imagined, decision.isHolding) = (1.5, 600, true)
    port.record(decision, at: at(2))
    port.record(
      CommandSample(
        setPoints: [0.5, 0.25, 0, 0, 0, 0, 0, 0], count: 2, isEnabled: true, state: 0), at: at(2))
    port.record(LogSample(.warning, what: 1, why: 2), at: at(2.5))
    port.record(
      TickSample(
        tick: 7, late: Interval(nanoseconds: 1_500_000), work: Interval(nanoseconds: 250_000),
        missed: 1), at: at(3))
    recorder.finish()
    let log = try WholeLog(path: path)
    #expect(log.loss == nil && recorder.trouble == nil && recorder.dropped == 0)
    #expect(
      log.texts(.imu) == [
        #"{"gyro_rad_s":{"x":0.5,"y":-1.0,"z":2.0},"accel_m_s2":{"x":0.0,"y":0.0,"z":9.75}}"#
      ])
    #expect(
      log.texts(.pose) == [
        #"{"timestamp":{"sec":1,"nsec":500000000},"parent_frame_id":"earth","#
          + #""child_frame_id":"body","translation":{"x":3.0,"y":4.0,"z":0.0},"#
          + #""rotation":{"x":0.0,"y":0.0,"z":0.0,"w":1.0}}"#
      ])
    let told = try #require(log.texts(.senses).first)
    #expect(told.contains(#""tilt_rad":0.25"#) && told.contains(#""surprise":null"#))
    #expect(told.contains(#""bus_errors":3"#) && told.contains(#""imu_age_s":null"#))
    #expect(
      log.texts(.decision) == [
        #"{"action":[0.5,-0.25],"goal_distance":1.5,"surprise":null,"imagined":600,"think_s":0.0,"#
          + #""is_holding":true,"is_recovering":false}"#
      ])
    #expect(
      log.texts(.command) == [#"{"set_points":[0.5,0.25],"is_enabled":true,"state":"armed"}"#])
    #expect(
      log.texts(.log) == [
        #"{"timestamp":{"sec":2,"nsec":500000000},"level":3,"#
          + #""message":"stopped: the IMU is \"stale\"","name":"umwelt","file":"","line":0}"#
      ])
    #expect(log.texts(.tick) == [#"{"tick":7,"late_ms":1.5,"work_ms":0.25,"missed":1}"#])
  }

  @Test("writes a picture as Foxglove has it, in base64")
  func frames() throws {
    let recorder = try FlightRecorder(settings(), threads: ["camera"])
    for count in 1...3 {
      var frame = Frame(width: count, height: 1)
      frame.capturedAt = at(1)
      for i in frame.pixels.indices { frame.pixels[i] = UInt8((250 + i) & 255) }
      recorder.port("camera").record(frame)
    }
    recorder.finish()
    for (index, text) in try WholeLog(path: path).texts(.frame).enumerated() {
      let data = try #require(text.split(separator: "\"data\":\"").last?.dropLast(2))
      let bytes = try #require(Data(base64Encoded: String(data)))
      #expect(Array(bytes) == (0..<(index + 1) * 3).map { UInt8((250 + $0) & 255) })
      #expect(text.contains("\"width\":\(index + 1),\"height\":1,\"encoding\":\"rgb8\""))
    }
  }

  @Test("counts what finds no room, says so in the file, and numbers show the gap")
  func drops() throws {
    let recorder = try FlightRecorder(
      settings {
        $0.waitsWhenFull = false
        $0.ringBytes = 4096
      }, threads: ["body"])
    let port = recorder.port("body")
    for number in 0..<2000 {
      port.record(
        TickSample(tick: number, late: .zero, work: .zero, missed: 0), at: at(Double(number)))
    }
    usleep(100_000)
    port.record(TickSample(tick: 2000, late: .zero, work: .zero, missed: 0), at: at(2000))
    recorder.finish()
    let log = try WholeLog(path: path)
    #expect(recorder.dropped > 0 && log.loss == nil)
    let ticks = log.messages.filter { $0.channel == Topic.tick.rawValue }
    #expect(UInt64(ticks.count) + recorder.dropped == 2001)
    #expect(ticks.last?.sequence == 2000, "dropped ones are counted in the sequence")
    let last = try #require(log.texts(.drops).last)
    #expect(last.contains("\"thread\":\"body\"") && last.contains("\"total\":\(recorder.dropped)}"))
  }

  @Test("asks for no memory in what its threads call")
  func allocation() throws {
    let recorder = try FlightRecorder(settings(), threads: ["body"])
    let port = recorder.port("body")
    let frame = Frame(width: 64, height: 64)
    let tape = [UInt8](repeating: 1, count: 300)
    umwelt_malloc_count_start()
    for number in 0..<10_000 {
      let at = Instant(nanoseconds: Int64(number) * 1_000_000)
      port.record(ImuSample(gyroRadS: .zero, accelMS2: .zero), at: at)
      port.record(SensesSample(), at: at)
      port.record(LogSample(.info, what: 0), at: at)
      tape.withUnsafeBytes { port.record(.tape, at: at, $0) }
      if number % 100 == 0 { port.record(frame) }
      if number % 1000 == 0 { recorder.trigger() }
    }
    let counts = umwelt_malloc_count_stop()
    withExtendedLifetime((frame, tape)) {}  // not freed in the loop, after their last use
    recorder.finish()
    if umwelt_malloc_count_works() { #expect(counts.allocations == 0 && counts.frees == 0) }
    #expect(recorder.dropped == 0)
  }

  @Test("keeps all of them whole in files of limited size, of which the oldest goes")
  func segments() throws {
    let recorder = try FlightRecorder(
      settings {
        $0.segmentBytes = 40_000
        $0.totalBytes = 120_000
      }, threads: ["body"],
      attachments: [McapAttachment(name: "board.yaml", mediaType: "", data: [1, 2, 3])])
    var random = SeededGenerator(seed: 5, stream: "segments")
    for number in 0..<3000 {
      let noise = (0..<100).map { _ in UInt8(random.next() & 255) }
      noise.withUnsafeBytes {
        recorder.port("body").record(.tape, at: at(Double(number) / 10), $0)
      }
    }
    recorder.finish()
    let paths = SegmentFiles.paths(of: path).filter { FileManager.default.fileExists(atPath: $0) }
    #expect(paths.count > 1 && !paths.contains(path), "the first is gone: \(paths)")
    #expect(
      Set(paths.map { $0.split(separator: "/").last.map(String.init) ?? "" })
        == Set(folder.files))
    var sequences: [UInt32] = []
    var bytes = 0
    for path in paths {
      let log = try WholeLog(path: path)
      #expect(log.loss == nil && log.attachments.map(\.name) == ["board.yaml"])
      sequences += log.messages.map(\.sequence)
      bytes += TestFolder.bytes(path).count
    }
    #expect(sequences == Array(UInt32(3000 - sequences.count)..<3000))
    #expect(bytes < 130_000)
    let again = try FlightRecorder(settings(), threads: ["body"])
    again.finish()
    #expect(folder.files == ["drive.mcap"], "an older recording of the name goes")
  }
}
