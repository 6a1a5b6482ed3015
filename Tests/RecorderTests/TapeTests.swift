// SPDX-License-Identifier: Apache-2.0
import Buses
import Foundation
import Quantities
import Recorder
import Testing

/// A machine that answers by a script: what it says depends on how often it was asked.
private final class ScriptedMachine: Hardware, Clock, I2CBus, OutputLine, InputLine, EdgeLine,
  PWMOutput, FrameSource, ComputerHealth
{
  var name: String { "scripted" }
  var clock: any Clock { self }
  var computer: (any ComputerHealth)? { self }
  let bearsClockStretching = true
  let (width, height) = (4, 2)
  private var count = 0

  private func next() -> Int {
    count += 1
    return count
  }

  var now: Instant { Instant(nanoseconds: Int64(next()) * 1_000_003) }
  func sleep(until deadline: Instant) {}

  func i2cBus(_ name: String) throws(HardwareError) -> any I2CBus {
    if name == "broken" {
      throw HardwareError(kind: "I2C bus", name: name, available: ["a", "b"], reason: "why not")
    }
    return self
  }
  func outputLine(_ name: String, restsHigh: Bool) throws(HardwareError) -> any OutputLine { self }
  func inputLine(_ name: String) throws(HardwareError) -> any InputLine { self }
  func edgeLine(_ name: String, _ kind: EdgeKind) throws(HardwareError) -> any EdgeLine { self }
  func pwmOutput(_ name: String) throws(HardwareError) -> any PWMOutput { self }
  func frameSource(_ name: String) throws(HardwareError) -> any FrameSource { self }

  static let errors: [I2CError.Reason] = [
    .noAcknowledge, .busFault, .timedOut, .claimed(driver: "inv", device: "1-0068"),
    .system(errno: 110)
  ]

  func transfer(
    address: UInt8, writing: UnsafeRawBufferPointer, reading: UnsafeMutableRawBufferPointer
  ) throws(I2CError) {
    let number = next()
    for i in reading.indices { reading[i] = UInt8(truncatingIfNeeded: number * 7 + i) }
    if number % 4 == 0 {
      throw I2CError(
        bus: name, address: address, register: number % 8 == 0 ? nil : 0x1234,
        reason: Self.errors[number / 4 % Self.errors.count])
    }
  }

  func set(high: Bool) throws(LineError) {
    if next() % 3 == 0 { throw LineError(line: name, errno: 5) }
  }
  func isHigh() throws(LineError) -> Bool {
    if next() % 5 == 0 { throw LineError(line: name, errno: 16) }
    return count % 2 == 0
  }
  func nextEdge() throws(LineError) -> Edge? {
    let number = next()
    if number % 7 == 0 { throw LineError(line: name, errno: 19) }
    guard number % 2 == 0 else { return nil }
    return Edge(
      at: Instant(nanoseconds: Int64(number) * 999_983), sequence: UInt32(number),
      isRising: number % 4 == 0)
  }
  func start(period: Interval) throws(PWMError) {}
  func set(high: Interval) throws(PWMError) {
    if next() % 3 == 0 { throw PWMError(output: name, errno: 22) }
  }
  func stop() throws(PWMError) {}

  func latest(into frame: inout Frame) throws(FrameError) -> Bool {
    let number = next()
    if number % 5 == 0 { throw FrameError(camera: name, errno: 19) }
    guard number % 2 == 0 else { return false }
    for i in frame.pixels.indices { frame.pixels[i] = UInt8(truncatingIfNeeded: number + i) }
    (frame.capturedAt, frame.sequence) = (Instant(nanoseconds: Int64(number) * 5), UInt32(number))
    return true
  }

  func latest() -> ComputerState? {
    let number = next()
    guard number % 3 > 0 else { return nil }
    var state = ComputerState(at: Instant(nanoseconds: Int64(number / 10) * 1000))
    state.temperatureC = number % 4 == 0 ? nil : Double(number / 10) + 0.25
    state.isUndervolted = number / 10 % 2 == 0
    state.hasModelChanged = false
    state.freeDiskBytes = number / 10 << 30
    return state
  }
}

/// Everything that a machine can be asked, and its answers as text.
private func transcript(_ hardware: any Hardware, rounds: Int = 60) throws -> [String] {
  var lines: [String] = []
  func note<Value>(_ work: () throws -> Value) {
    do { lines.append("\(try work())") } catch { lines.append("threw \(error)") }
  }
  note { try hardware.i2cBus("broken").name }
  let bus = try hardware.i2cBus("i2c-1")
  lines.append("\(bus.name) \(bus.bearsClockStretching)")
  let output = try hardware.outputLine("STBY", restsHigh: true)
  let input = try hardware.inputLine("STOP")
  let edges = try hardware.edgeLine("INT", .both)
  let pwm = try hardware.pwmOutput("PWM0")
  let camera = try hardware.frameSource("camera")
  lines.append("\(camera.width)x\(camera.height) \(output.name) \(input.name) \(edges.name)")
  try pwm.start(period: Interval(nanoseconds: 20_000_000))
  var frame = Frame(width: camera.width, height: camera.height)
  for round in 0..<rounds {
    note { () -> [UInt8] in
      // A register's number and its content in the same place, as a driver may have it.
      var bytes = [UInt8](repeating: UInt8(round), count: 8)
      try bytes.withUnsafeMutableBytes { all in
        try bus.transfer(
          address: 0x68, writing: UnsafeRawBufferPointer(rebasing: all[..<1]),
          reading: UnsafeMutableRawBufferPointer(rebasing: all[1...]))
      }
      return bytes
    }
    note { () -> [UInt8] in
      var bytes = [UInt8](repeating: 9, count: 4)
      try bytes.withUnsafeMutableBytes { all in
        let empty = UnsafeRawBufferPointer(start: nil, count: 0)
        let half = UnsafeMutableRawBufferPointer(rebasing: all[..<2])
        let batch = [
          I2CTransfer(address: 0x40, writing: UnsafeRawBufferPointer(half), reading: half),
          I2CTransfer(
            address: 0x41, writing: empty,
            reading: UnsafeMutableRawBufferPointer(rebasing: all[2...]))
        ]
        try batch.withUnsafeBufferPointer { try bus.transfer($0) }
      }
      return bytes
    }
    note { try output.set(high: round % 2 == 0) }
    note { try input.isHigh() }
    note { try edges.nextEdge().map { "\($0)" } ?? "none" }
    note { try pwm.set(high: Interval(nanoseconds: Int64(round) * 1000)) }
    note { "\(try camera.latest(into: &frame)) \(frame)" }
    lines.append("\(String(describing: hardware.computer?.latest()))")
    lines.append("\(hardware.clock.now)")
    hardware.clock.sleep(until: hardware.clock.now + Interval(nanoseconds: 10_000_000))
  }
  try pwm.stop()
  return lines
}

@Suite("A tape")
struct TapeTests {
  private let folder = TestFolder()
  private var path: String { folder.path + "/tape.mcap" }

  private func record(
    ringBytes: Int = 1 << 20, waits: Bool = true, _ work: (TapeRecorder) throws -> Void
  ) throws {
    var settings = FlightRecorder.Settings(path: path)
    (settings.waitsWhenFull, settings.ringBytes) = (waits, ringBytes)
    let recorder = try FlightRecorder(settings, threads: ["body"])
    let tape = TapeRecorder(recorder.port("body"))
    try work(tape)
    tape.flush()
    recorder.finish()
    #expect(recorder.trouble == nil)
  }

  @Test("gives every answer and every error of every kind of part again")
  func everything() throws {
    var first: [String] = []
    try record { first = try transcript(RecordingHardware(ScriptedMachine(), tape: $0)) }
    #expect(try transcript(ScriptedMachine()) == first, "recording changes nothing")
    let player = TapePlayer(path)
    let again = try transcript(ReplayHardware(player))
    #expect(again == first)
    #expect(player.divergence == nil && player.failure == nil && player.isAtEnd)
    #expect(first.filter { $0.hasPrefix("threw") }.count > 50)
  }

  @Test("names the first question that differs, whatever it is about")
  func differences() throws {
    try record { tape in
      let bus = try RecordingHardware(ScriptedMachine(), tape: tape).i2cBus("i2c-1")
      let bytes: [UInt8] = [6, 1, 2]
      try bytes.withUnsafeBytes {
        try bus.transfer(
          address: 0x40, writing: $0, reading: UnsafeMutableRawBufferPointer(start: nil, count: 0))
      }
      tape.mark(.arm)
    }
    let player = TapePlayer(path)
    let bus = try ReplayHardware(player).i2cBus("i2c-1")
    #expect(player.divergence == nil)
    let bytes: [UInt8] = [6, 1, 3]
    try bytes.withUnsafeBytes {
      try bus.transfer(
        address: 0x40, writing: $0, reading: UnsafeMutableRawBufferPointer(start: nil, count: 0))
    }
    let found = try #require(player.divergence)
    #expect(found.recorded == "i2c-1 0x40 write 06 01 02")
    #expect(found.replayed == "i2c-1 0x40 write 06 01 03")
    let other = TapePlayer(path)
    other.mark(.disarm)
    #expect(other.divergence?.recorded == "opening " && other.divergence?.replayed == "disarm")
  }

  @Test("carries values that came from other threads, and what was done to the loop")
  func exchange() throws {
    try record { tape in
      for number in 0..<100 {
        var value = SIMD4<Double>(repeating: Double(number))
        tape.exchange(7, &value)
        if number % 10 == 0 { tape.mark(.stop(number)) }
      }
    }
    let player = TapePlayer(path)
    for number in 0..<100 {
      #expect(player.nextAct == nil)
      var value = SIMD4<Double>.zero
      player.exchange(7, &value)
      #expect(value == SIMD4(repeating: Double(number)))
      guard number % 10 == 0 else { continue }
      #expect(player.nextAct == .stop(number))
      player.mark(.stop(number))
    }
    #expect(player.isAtEnd && player.divergence == nil)
  }

  private func failure(_ path: String) -> TapeError? {
    let player = TapePlayer(path, matching: .loose)
    let clock = ReplayHardware(player).clock
    for _ in 0..<5000 where !player.isAtEnd {
      if let act = player.nextAct { player.mark(act) }
      clock.sleep(until: clock.now)
    }
    #expect(player.isAtEnd)
    return player.failure
  }

  @Test("with a gap, without a beginning or of something else says so")
  func errors() throws {
    try record(ringBytes: 4096, waits: false) { tape in
      let hardware = RecordingHardware(ScriptedMachine(), tape: tape)
      for _ in 0..<2000 { hardware.clock.sleep(until: hardware.clock.now) }
      // Something must come after the gap for it to be seen.
      usleep(200_000)
      hardware.clock.sleep(until: hardware.clock.now)
    }
    let gap = try #require(failure(path))
    guard case .gap(let count) = gap.reason else {
      Issue.record("\(gap)")
      return
    }
    #expect(count > 0 && "\(gap)".contains("/recorder/drops"))
    #expect("\(TapeError(path: "p", reason: .gap(after: 0)))".contains("--record-limit"))

    try record { $0.mark(.arm) }
    #expect(failure(path) == nil)
    #expect(
      TapePlayer(path, topic: .mindTape).isAtEnd)
    let none = TapePlayer(path, topic: .mindTape)
    _ = none.isAtEnd
    #expect(none.failure?.reason == .noTape(.mindTape))
    #expect("\(TapeError(path: "p", reason: .noTape(.tape)))".contains("/tape/body"))

    let missing = TapePlayer(folder.path + "/none.mcap")
    _ = missing.isAtEnd
    guard case .log(let error)? = missing.failure?.reason else {
      Issue.record("a file that is not there")
      return
    }
    #expect("\(error)".contains("none.mcap"))
  }

  @Test("whose message is nonsense is refused")
  func nonsense() throws {
    var settings = FlightRecorder.Settings(path: path)
    settings.waitsWhenFull = true
    let recorder = try FlightRecorder(settings, threads: ["body"])
    let bytes: [UInt8] = [0, 0, 200, 1, 2, 3]
    bytes.withUnsafeBytes { recorder.port("body").record(.tape, at: .zero, $0) }
    recorder.finish()
    let found = try #require(failure(path))
    #expect(found.reason == .damaged(message: 0) && "\(found)".contains("version"))
  }
}
