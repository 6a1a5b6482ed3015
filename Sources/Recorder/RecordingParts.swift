// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// The parts of `RecordingHardware`: each does what is asked, and puts it on the tape.
final class RecordingBus: I2CBus {
  private let inner: any I2CBus
  private let part: UInt8
  private let tape: TapeRecorder

  init(_ inner: any I2CBus, _ part: UInt8, _ tape: TapeRecorder) {
    (self.inner, self.part, self.tape) = (inner, part, tape)
  }

  var name: String { inner.name }
  var bearsClockStretching: Bool { inner.bearsClockStretching }

  func transfer(
    address: UInt8, writing: UnsafeRawBufferPointer, reading: UnsafeMutableRawBufferPointer
  ) throws(I2CError) {
    // What is read may lie where what is written lay: the question goes first.
    tape.begin(.transfer, part: part)
    ask(address, writing, reading.count)
    tape.answer()
    defer { tape.end() }
    do throws(I2CError) {
      try inner.transfer(address: address, writing: writing, reading: reading)
      tape.put(0 as UInt8)
      tape.put(raw: UnsafeRawBufferPointer(reading))
    } catch {
      tape.put(error)
      throw error
    }
  }

  func transfer(_ batch: UnsafeBufferPointer<I2CTransfer>) throws(I2CError) {
    tape.begin(.batch, part: part)
    for one in batch { ask(one.address, one.writing, one.reading.count) }
    tape.answer()
    defer { tape.end() }
    do throws(I2CError) {
      try inner.transfer(batch)
      tape.put(0 as UInt8)
      for one in batch { tape.put(raw: UnsafeRawBufferPointer(one.reading)) }
    } catch {
      tape.put(error)
      throw error
    }
  }

  private func ask(_ address: UInt8, _ writing: UnsafeRawBufferPointer, _ reading: Int) {
    tape.put(address)
    tape.put(number: UInt64(reading))
    tape.put(number: UInt64(writing.count))
    tape.put(raw: writing)
  }
}

extension TapeRecorder {
  fileprivate func put(_ error: I2CError) {
    switch error.reason {
    case .noAcknowledge: put(1 as UInt8)
    case .busFault: put(2 as UInt8)
    case .timedOut: put(3 as UInt8)
    case .claimed: put(4 as UInt8)
    case .system: put(5 as UInt8)
    }
    put(error.address)
    put(number: error.register.map { UInt64($0) + 1 } ?? 0)
    switch error.reason {
    case .claimed(let driver, let device):
      put(driver)
      put(device)
    case .system(let errno): put(signed: Int64(errno))
    case .noAcknowledge, .busFault, .timedOut: break
    }
  }
}

final class RecordingOutput: OutputLine {
  private let inner: any OutputLine
  private let part: UInt8
  private let tape: TapeRecorder

  init(_ inner: any OutputLine, _ part: UInt8, _ tape: TapeRecorder) {
    (self.inner, self.part, self.tape) = (inner, part, tape)
  }

  var name: String { inner.name }

  func set(high: Bool) throws(LineError) {
    tape.begin(.setLine, part: part)
    tape.put(high)
    try tape.answer { () throws(LineError) in try inner.set(high: high) }
  }
}

final class RecordingInput: InputLine {
  private let inner: any InputLine
  private let part: UInt8
  private let tape: TapeRecorder

  init(_ inner: any InputLine, _ part: UInt8, _ tape: TapeRecorder) {
    (self.inner, self.part, self.tape) = (inner, part, tape)
  }

  var name: String { inner.name }

  func isHigh() throws(LineError) -> Bool {
    tape.begin(.level, part: part)
    return try tape.answer { () throws(LineError) in
      try inner.isHigh()
    } then: {
      tape.put($0)
    }
  }
}

final class RecordingEdges: EdgeLine {
  private let inner: any EdgeLine
  private let part: UInt8
  private let tape: TapeRecorder

  init(_ inner: any EdgeLine, _ part: UInt8, _ tape: TapeRecorder) {
    (self.inner, self.part, self.tape) = (inner, part, tape)
  }

  var name: String { inner.name }

  func nextEdge() throws(LineError) -> Edge? {
    tape.begin(.edge, part: part)
    return try tape.answer { () throws(LineError) in
      try inner.nextEdge()
    } then: { edge in
      tape.put(edge != nil)
      guard let edge else { return }
      tape.put(edge.at)
      tape.put(number: UInt64(edge.sequence))
      tape.put(edge.isRising)
    }
  }
}

final class RecordingPWM: PWMOutput {
  private let inner: any PWMOutput
  private let part: UInt8
  private let tape: TapeRecorder

  init(_ inner: any PWMOutput, _ part: UInt8, _ tape: TapeRecorder) {
    (self.inner, self.part, self.tape) = (inner, part, tape)
  }

  var name: String { inner.name }

  func start(period: Interval) throws(PWMError) {
    try ask(.startPWM, period) { () throws(PWMError) in try inner.start(period: period) }
  }

  func set(high: Interval) throws(PWMError) {
    try ask(.setPWM, high) { () throws(PWMError) in try inner.set(high: high) }
  }

  func stop() throws(PWMError) {
    try ask(.stopPWM, .zero) { () throws(PWMError) in try inner.stop() }
  }

  private func ask(
    _ call: TapeCall, _ interval: Interval, _ work: () throws(PWMError) -> Void
  ) throws(PWMError) {
    tape.begin(call, part: part)
    tape.put(signed: interval.nanoseconds)
    try tape.answer(work)
  }
}

final class RecordingCamera: FrameSource {
  private let inner: any FrameSource
  private let part: UInt8
  private let tape: TapeRecorder

  init(_ inner: any FrameSource, _ part: UInt8, _ tape: TapeRecorder) {
    (self.inner, self.part, self.tape) = (inner, part, tape)
  }

  var name: String { inner.name }
  var width: Int { inner.width }
  var height: Int { inner.height }

  func latest(into frame: inout Frame) throws(FrameError) -> Bool {
    tape.begin(.frame, part: part)
    return try tape.answer { () throws(FrameError) in
      try inner.latest(into: &frame)
    } then: { isNew in
      tape.put(isNew)
      guard isNew else { return }
      tape.put(frame.capturedAt)
      tape.put(number: UInt64(frame.sequence))
      frame.pixels.withUnsafeBytes { tape.put(raw: $0) }
    }
  }
}

/// An error that is the kernel's number and no more.
private protocol NumberedError: Error { var errno: Int32 { get } }

extension LineError: NumberedError {}
extension PWMError: NumberedError {}
extension FrameError: NumberedError {}

extension TapeRecorder {
  /// Does what was asked and puts down what came of it: 0 and what `then` puts, or the error.
  fileprivate func answer<Answer, Failure: NumberedError>(
    _ work: () throws(Failure) -> Answer, then put: (Answer) -> Void = { _ in }
  ) throws(Failure) -> Answer {
    answer()
    defer { end() }
    do throws(Failure) {
      let answer = try work()
      self.put(signed: 0)
      put(answer)
      return answer
    } catch {
      self.put(signed: Int64(error.errno))
      throw error
    }
  }
}
