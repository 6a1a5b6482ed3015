// SPDX-License-Identifier: Apache-2.0
import Buses
import Glibc
import Quantities
import Recorder

/// A process that records what a rover would, for those that kill it, read it and measure it:
///
///     RecordingRig write FILE            ten times real time, until it is killed
///     RecordingRig sample FILE SECONDS   so much of it, as fast as it goes
///     RecordingRig measure FILE SECONDS  ten times real time; what it took, as JSON
@main
struct RecordingRig {
  static func main() {
    let words = Array(CommandLine.arguments.dropFirst())
    let seconds = words.count > 2 ? Double(words[2]) ?? 0 : 0
    do throws(DiskError) {
      switch words.first {
      case "write" where words.count == 2: try write(words[1])
      case "sample" where seconds > 0: try sample(words[1], seconds)
      case "measure" where seconds > 0: try measure(words[1], seconds)
      default:
        print("usage: RecordingRig write FILE | sample FILE SECONDS | measure FILE SECONDS")
        exit(2)
      }
    } catch {
      print("\(error)")
      exit(1)
    }
  }

  private static func recorder(
    _ path: String, waits: Bool
  ) throws(DiskError) -> FlightRecorder {
    var settings = FlightRecorder.Settings(path: path)
    settings.waitsWhenFull = waits
    settings.words = ["armed", "stopped", "the battery is \"low\""]
    return try FlightRecorder(
      settings, threads: ["body"],
      attachments: [
        McapAttachment(
          name: "board.yaml", mediaType: "application/yaml", data: Array("board: rig\n".utf8))
      ],
      metadata: [McapMetadata(name: "run", values: ["seed": "1", "planner": "none"])])
  }

  private static func write(_ path: String) throws(DiskError) {
    let recorder = try recorder(path, waits: false)
    var rover = SyntheticRover(recorder.port("body"))
    while true {
      rover.live(ticks: 10)
      usleep(10_000)
    }
  }

  private static func sample(_ path: String, _ seconds: Double) throws(DiskError) {
    let recorder = try recorder(path, waits: true)
    var rover = SyntheticRover(recorder.port("body"))
    rover.live(ticks: Int(seconds * SyntheticRover.tickHz))
    recorder.finish()
    if let trouble = recorder.trouble { throw trouble }
  }

  /// Ten ticks of 10 ms every 10 ms: ten times as much as the rover makes.
  private static func measure(_ path: String, _ seconds: Double) throws(DiskError) {
    let recorder = try recorder(path, waits: false)
    var rover = SyntheticRover(recorder.port("body"))
    let rounds = Int(seconds * 100)
    var usedNs: Int64 = 0
    let (begin, beginCPU) = (clock(CLOCK_MONOTONIC), clock(CLOCK_PROCESS_CPUTIME_ID))
    for round in 0..<rounds {
      let start = clock(CLOCK_THREAD_CPUTIME_ID)
      rover.live(ticks: 10)
      usedNs += clock(CLOCK_THREAD_CPUTIME_ID) - start
      let left = begin + Int64(round + 1) * 10_000_000 - clock(CLOCK_MONOTONIC)
      if left > 0 { usleep(UInt32(left / 1000)) }
    }
    let wallNs = clock(CLOCK_MONOTONIC) - begin
    let cpuNs = clock(CLOCK_PROCESS_CPUTIME_ID) - beginCPU
    recorder.finish()
    if let trouble = recorder.trouble { throw trouble }
    print(
      "{\"records\": \(rover.records), \"bytes\": \(rover.bytes), \"dropped\": \(recorder.dropped)"
        + ", \"ns_per_record\": \(usedNs / Int64(rover.records))"
        + ", \"producer_cpu_share\": \(Double(usedNs) / Double(wallNs))"
        + ", \"writer_cpu_share\": \(Double(cpuNs - usedNs) / Double(wallNs))}")
  }

  private static func clock(_ id: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(id, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

/// Records what a rover records in a tick, from seeded noise.
struct SyntheticRover {
  static let tickHz = 100.0

  private(set) var records = 0
  private(set) var bytes = 0
  private let port: RecordingPort
  private var random = SeededGenerator(seed: 1, stream: "recording rig")
  private var frame = Frame(width: 64, height: 64)
  /// As large as a tick's tape.
  private var tape = [UInt8](repeating: 0, count: 200)
  private var tick = 0

  init(_ port: RecordingPort) {
    self.port = port
    for i in frame.pixels.indices { frame.pixels[i] = UInt8(truncatingIfNeeded: random.next()) }
  }

  mutating func live(ticks: Int) {
    for _ in 0..<ticks { liveOnce() }
  }

  private mutating func liveOnce() {
    tick += 1
    let at = Instant(nanoseconds: Int64(tick) * 10_000_000)
    let gyro = Vector3(random.normal(), random.normal(), random.normal())
    record(ImuSample(gyroRadS: gyro, accelMS2: Vector3(0, 0, 9.8)), at)
    record(PoseSample(bodyToEarth: .identity, positionM: [gyro.x, gyro.y]), at)
    var senses = SensesSample()
    (senses.imuAgeS, senses.tiltRad, senses.speedMS) = (0.01, gyro.x, gyro.y)
    record(senses, at)
    record(
      CommandSample(setPoints: .init(repeating: gyro.z), count: 2, isEnabled: true, state: 0), at)
    record(
      TickSample(
        tick: tick, late: .zero, work: Interval(nanoseconds: 1_000_000), missed: 0), at)
    tape[tick % tape.count] = UInt8(truncatingIfNeeded: tick)
    tape.withUnsafeBytes { port.record(.tape, at: at, $0) }
    (records, bytes) = (records + 1, bytes + tape.count)
    guard tick % 10 == 0 else { return }
    record(DecisionSample(action: .init(repeating: 0.5), count: 2), at)
    frame.capturedAt = at
    frame.sequence += 1
    frame.pixels[tick % frame.pixels.count] = UInt8(truncatingIfNeeded: tick)
    port.record(frame)
    // The tape has the picture too.
    frame.pixels.withUnsafeBytes { port.record(.mindTape, at: at, $0) }
    (records, bytes) = (records + 2, bytes + 2 * frame.pixels.count)
    if tick % 1000 == 0 { record(LogSample(.warning, what: 1, why: 2), at) }
  }

  private mutating func record<Kind: Sample>(_ sample: Kind, _ at: Instant) {
    port.record(sample, at: at)
    (records, bytes) = (records + 1, bytes + MemoryLayout<Kind>.size)
  }
}
