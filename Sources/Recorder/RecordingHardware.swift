// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// Hardware whose every answer goes on a tape.
///
/// All parts that are had from it belong to the tape's thread. What other threads do with chips
/// lies under it: hardware whose camera is read by a thread of its own is its `inner`.
public final class RecordingHardware: HardwareLayer {
  public let inner: any Hardware
  public let clock: any Clock
  public let computer: (any ComputerHealth)?
  private let tape: TapeRecorder
  private var parts: UInt8 = 0

  public init(_ inner: any Hardware, tape: TapeRecorder) {
    (self.inner, self.tape) = (inner, tape)
    clock = RecordingClock(inner.clock, tape)
    tape.begin(.open, part: TapePart.computer.rawValue)
    tape.answer()
    tape.put(inner.computer != nil)
    tape.end()
    computer = inner.computer.map { RecordingComputer($0, tape) }
  }

  public func i2cBus(_ name: String) throws(HardwareError) -> any I2CBus {
    let bus = try open(.bus, name, 0) { () throws(HardwareError) in try inner.i2cBus(name) } then: {
      tape.put($0.name)
      tape.put($0.bearsClockStretching)
    }
    return RecordingBus(bus, parts, tape)
  }

  public func outputLine(
    _ name: String, restsHigh: Bool
  ) throws(HardwareError) -> any OutputLine {
    let line = try open(.output, name, restsHigh ? 1 : 0) { () throws(HardwareError) in
      try inner.outputLine(name, restsHigh: restsHigh)
    } then: {
      tape.put($0.name)
    }
    return RecordingOutput(line, parts, tape)
  }

  public func inputLine(_ name: String) throws(HardwareError) -> any InputLine {
    let line = try open(.input, name, 0) { () throws(HardwareError) in
      try inner.inputLine(name)
    } then: {
      tape.put($0.name)
    }
    return RecordingInput(line, parts, tape)
  }

  public func edgeLine(_ name: String, _ kind: EdgeKind) throws(HardwareError) -> any EdgeLine {
    let line = try open(.edges, name, kind.tapeCode) { () throws(HardwareError) in
      try inner.edgeLine(name, kind)
    } then: {
      tape.put($0.name)
    }
    return RecordingEdges(line, parts, tape)
  }

  public func pwmOutput(_ name: String) throws(HardwareError) -> any PWMOutput {
    let output = try open(.pwm, name, 0) { () throws(HardwareError) in
      try inner.pwmOutput(name)
    } then: {
      tape.put($0.name)
    }
    return RecordingPWM(output, parts, tape)
  }

  public func frameSource(_ name: String) throws(HardwareError) -> any FrameSource {
    let camera = try open(.camera, name, 0) { () throws(HardwareError) in
      try inner.frameSource(name)
    } then: {
      tape.put($0.name)
      tape.put(number: UInt64($0.width))
      tape.put(number: UInt64($0.height))
    }
    // Twice, because half of the room must do for an entry.
    tape.reserve(2 * camera.width * camera.height * 3)
    return RecordingCamera(camera, parts, tape)
  }

  /// Asks for a part, records what comes of it and gives it a number.
  private func open<Part>(
    _ kind: TapePart, _ name: String, _ option: UInt8,
    _ work: () throws(HardwareError) -> Part, then: (Part) -> Void
  ) throws(HardwareError) -> Part {
    tape.begin(.open, part: kind.rawValue)
    tape.put(name)
    tape.put(option)
    tape.answer()
    defer { tape.end() }
    do throws(HardwareError) {
      let part = try work()
      parts += 1
      tape.put(true)
      tape.put(parts)
      then(part)
      return part
    } catch {
      tape.put(false)
      tape.put(error.kind)
      tape.put(error.name)
      tape.put(error.reason ?? "")
      tape.put(number: UInt64(error.available.count))
      for other in error.available { tape.put(other) }
      throw error
    }
  }
}

extension EdgeKind {
  var tapeCode: UInt8 {
    switch self {
    case .rising: 0
    case .falling: 1
    case .both: 2
    }
  }
}

private final class RecordingClock: Clock {
  private let inner: any Clock
  private let tape: TapeRecorder

  init(_ inner: any Clock, _ tape: TapeRecorder) { (self.inner, self.tape) = (inner, tape) }

  var now: Instant {
    let now = inner.now
    tape.begin(.now)
    tape.answer()
    tape.put(now)
    tape.end()
    tape.pass(to: now)
    return now
  }

  func sleep(until deadline: Instant) {
    tape.begin(.sleep)
    tape.put(deadline)
    tape.answer()
    tape.end()
    tape.flush()
    inner.sleep(until: deadline)
  }
}

private final class RecordingComputer: ComputerHealth {
  private let inner: any ComputerHealth
  private let tape: TapeRecorder
  private var last: ComputerState?

  init(_ inner: any ComputerHealth, _ tape: TapeRecorder) {
    (self.inner, self.tape) = (inner, tape)
  }

  func latest() -> ComputerState? {
    let state = inner.latest()
    tape.begin(.computer)
    tape.answer()
    // Once a second there is another.
    tape.put(state == last)
    if state != last { tape.put(state) }
    tape.end()
    last = state
    return state
  }
}

extension TapeRecorder {
  fileprivate func put(_ state: ComputerState?) {
    put(state != nil)
    guard let state else { return }
    put(state.at)
    put(optional: state.temperatureC.map { $0.bitPattern })
    put(optional: state.isUndervolted)
    put(optional: state.isThrottled)
    put(optional: state.hasModelChanged)
    put(optional: state.hasBoardChanged)
    put(optional: state.freeDiskBytes.map { UInt64($0) })
    put(optional: state.availableMemoryBytes.map { UInt64($0) })
  }

  private func put(optional flag: Bool?) {
    put(flag.map { $0 ? 2 as UInt8 : 1 } ?? 0)
  }

  private func put(optional value: UInt64?) {
    put(value != nil)
    if let value { put(number: value) }
  }
}
