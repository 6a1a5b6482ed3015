// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Testing

struct FrameTriggerTests {
  let bus = ScriptedBus(address: 0x40)

  private func instant(_ ms: Double) -> Instant { Instant(nanoseconds: Int64(ms * 1e6)) }

  @Test("A line rises at the frame rate and falls at the first look behind the pulse's length")
  func line() throws {
    let line = TestOutput(bus: bus, name: "CAM_TRIG", label: "TRIG")
    let trigger = FrameTrigger(line: line, rateHz: 20, widthS: 0.004)
    try trigger.start(now: instant(0))
    for ms in stride(from: 0.0, to: 120, by: 5) {
      try trigger.update(now: instant(ms))
      bus.note("\(Int(ms))")
    }
    let changes = zip(bus.trace, bus.trace.dropFirst()).filter { $0.0.hasPrefix("TRIG") }
    #expect(
      changes.map { "\($0.0) \($0.1)" } == [
        "TRIG low TRIG high", "TRIG high 0", "TRIG low 5", "TRIG high 50", "TRIG low 55",
        "TRIG high 100", "TRIG low 105"
      ])
    #expect(trigger.skippedPulses == 0)
  }

  @Test("Pulses that were due while nobody looked are counted and not caught up")
  func skipped() throws {
    let line = TestOutput(bus: bus, name: "CAM_TRIG", label: "TRIG")
    let trigger = FrameTrigger(line: line, rateHz: 20, widthS: 0.004)
    try trigger.start(now: instant(0))
    bus.forget()
    for ms in [0.0, 5, 170, 175, 180, 199, 200] { try trigger.update(now: instant(ms)) }
    // Due at 50, 100, 150: sent once, at 170; then again at 200.
    #expect(bus.trace == ["TRIG high", "TRIG low", "TRIG high", "TRIG low", "TRIG high"])
    #expect(trigger.skippedPulses == 2)
  }

  @Test("A PWM output keeps time by itself")
  func output() throws {
    let trigger = FrameTrigger(output: TestPWM(bus: bus), rateHz: 50, widthS: 0.0005)
    try trigger.start(now: .zero)
    try trigger.update(now: instant(20))
    trigger.stop()
    #expect(bus.trace == ["PWM0 cycle 20000us", "PWM0 high 500us", "PWM0 stop"])
  }

  @Test("After a stop the line is low and stays so")
  func stop() throws {
    let line = TestOutput(bus: bus, name: "CAM_TRIG", label: "TRIG")
    let trigger = FrameTrigger(line: line, rateHz: 20, widthS: 0.004)
    try trigger.start(now: .zero)
    try trigger.update(now: .zero)
    trigger.stop()
    trigger.stop()
    try trigger.update(now: instant(60))
    #expect(line.level == false)
    #expect(bus.trace == ["TRIG low", "TRIG high", "TRIG low", "TRIG low"])
  }

  @Test("Refusals are told by name, and stop swallows them")
  func fails() throws {
    let line = TestOutput(bus: bus, name: "CAM_TRIG", label: "TRIG")
    let onLine = FrameTrigger(line: line, rateHz: 20, widthS: 0.004)
    line.fails = true
    let lineError = DeviceError.line(LineError(line: "CAM_TRIG", errno: 16))
    #expect(thrown { try onLine.start(now: .zero) } == lineError)
    line.fails = false
    try onLine.start(now: .zero)
    line.fails = true
    #expect(thrown { try onLine.update(now: .zero) } == lineError)
    onLine.stop()
    let output = TestPWM(bus: bus)
    let onOutput = FrameTrigger(output: output, rateHz: 20, widthS: 0.004)
    output.fails = true
    let error = thrown { try onOutput.start(now: .zero) }
    #expect(error == .pwm(PWMError(output: "PWM0", errno: 19)))
    onOutput.stop()
  }
}

/// A camera of 50 Hz whose frames arrive 8 ms behind their exposure.
struct FrameStrobeTests {
  let edges = TestEdges(name: "CAM_STROBE")
  let strobe: FrameStrobe
  private var frame = Frame(width: 1, height: 1)

  init() { strobe = FrameStrobe(line: edges, rateHz: 50) }

  /// Frame `number` arrives; what its time became, in ms, or nil when it kept its own.
  private mutating func time(_ number: UInt32) throws -> UInt32? {
    frame.sequence = number
    frame.capturedAt = Instant(nanoseconds: Int64(number) * 20_000_000 + 8_000_000)
    let own = frame.capturedAt
    guard try strobe.stamp(&frame) else {
      #expect(frame.capturedAt == own)
      return nil
    }
    return UInt32(frame.capturedAt.nanoseconds / 1_000_000)
  }

  private func expose(_ number: UInt32) { edges.rise(atMs: Double(number) * 20) }

  @Test("A frame gets the time of its edge")
  mutating func paired() throws {
    for number in UInt32(5)..<60 {
      expose(number)
      #expect(try time(number) == number * 20)
    }
    #expect(strobe.unpairedFrames == 0 && strobe.slips == 0)
  }

  @Test("Frames that the driver dropped leave their edges behind")
  mutating func droppedFrames() throws {
    for number in UInt32(0)..<30 { expose(number) }
    for number in [UInt32(0), 3, 4, 17, 29] { #expect(try time(number) == number * 20) }
    #expect(strobe.slips == 0)
  }

  @Test("A frame whose edge was lost keeps its own time, and the next ones are right")
  mutating func lostEdge() throws {
    for number in UInt32(0)..<10 {
      if number == 5 { edges.lose(1) } else { expose(number) }
      // The edge after it shows the gap: frame 5 is asked for late.
      if number != 5 { #expect(try time(number) == number * 20) }
      if number == 6 { #expect(try time(5) == nil) }
    }
    #expect(strobe.unpairedFrames == 1 && strobe.slips == 0)
  }

  @Test("An exposure that made no edge, or an edge too many, shifts the pairs: they are found anew")
  mutating func slips() throws {
    for number in UInt32(0)..<20 {
      if number != 7 { expose(number) }  // the wire missed it, nobody counted it
      if number == 12 { edges.rise(atMs: 243) }  // noise
      let stamped = try time(number)
      switch number {
      case 7: #expect(stamped == nil)
      case 12: #expect(stamped == 240)
      default: #expect(stamped == number * 20)
      }
    }
    #expect((1...4).contains(strobe.slips) && strobe.unpairedFrames == 1)
  }

  @Test("Counters run over their end")
  mutating func overflow() throws {
    edges.lose(.max - 2)
    for number in UInt32(0)..<10 {
      expose(number)
      #expect(try time(number) == number * 20)
    }
  }

  @Test("No edges at all is an error after ten frames")
  mutating func absent() throws {
    for number in UInt32(0)..<9 { #expect(try time(number) == nil) }
    let error = thrown { try time(9) as Any }
    #expect(error == .edges(.absent, line: "CAM_STROBE"))
    #expect("\(try #require(error))".contains("pull-up"))
  }

  @Test("A line that cannot be read is told by its name")
  mutating func lineFails() {
    edges.error = LineError(line: "CAM_STROBE", errno: 19)
    #expect(thrown { try time(0) as Any } == .line(LineError(line: "CAM_STROBE", errno: 19)))
  }
}
