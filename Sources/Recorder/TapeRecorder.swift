// SPDX-License-Identifier: Apache-2.0
import Quantities

/// Puts on a recording what comes to one thread.
///
/// Each stretch from one sleep to the next is a message; a long one, in parts. Asks for no memory
/// but where a part of the machine is opened. Thread: one.
public final class TapeRecorder: Tape {
  /// Own choice: a tick has a few hundred bytes, a start some thousand.
  private static let usualBytes = 64 << 10

  private let port: RecordingPort
  private let topic: Topic
  private let buffer = TapeBuffer(capacity: usualBytes)
  /// Counts the messages: a gap means that one was dropped.
  private var number: UInt64 = 0
  private var at = Instant.zero
  private var start = 0
  private var questionEnd = 0

  /// - Parameter topic: `.tape`, or `.mindTape` for the mind's thread.
  public init(_ port: RecordingPort, topic: Topic = .tape) {
    precondition(topic.isTape, "\(topic) is no tape")
    (self.port, self.topic) = (port, topic)
    beginMessage()
  }

  public func mark(_ act: TapeAct) {
    let code = act.code
    begin(.mark)
    buffer.put(code.kind)
    buffer.put(signed: Int64(code.number))
    answer()
    end()
  }

  public func exchange(_ label: UInt8, _ bytes: UnsafeMutableRawBufferPointer) {
    begin(.exchange, part: label)
    answer()
    buffer.put(raw: UnsafeRawBufferPointer(bytes))
    end()
  }

  /// Hands over what has come since the last sleep: at the end of a run.
  public func flush() {
    let bytes = buffer.bytes
    if bytes.count > headEnd { port.record(topic, at: at, bytes) }
    beginMessage()
  }

  // For the parts of `RecordingHardware`.

  /// Room for entries of this size, such as a picture.
  func reserve(_ bytes: Int) { buffer.reserve(bytes + Self.usualBytes) }

  /// Begins an entry; its question is put next.
  func begin(_ call: TapeCall, part: UInt8 = 0) {
    // Whatever came before goes when this may not fit any more: half is as much as an entry has.
    if buffer.count > buffer.capacity / 2 { flush() }
    start = buffer.count
    buffer.put(call.rawValue)
    buffer.put(part)
    for _ in 2..<TapeCall.headBytes { buffer.put(0 as UInt8) }
  }

  /// The question is over; its answer is put next.
  func answer() { questionEnd = buffer.count }

  func end() {
    if buffer.isOverfull {
      // The number that is left out tells whoever reads it.
      buffer.cut(to: start)
      flush()
      number += 1
      return beginMessage()
    }
    buffer.patch(questionEnd - start - TapeCall.headBytes, at: start + 2)
    buffer.patch(buffer.count - questionEnd, at: start + 5)
  }

  func put(_ byte: UInt8) { buffer.put(byte) }
  func put(_ flag: Bool) { buffer.put(flag) }
  func put(number: UInt64) { buffer.put(number: number) }
  func put(signed: Int64) { buffer.put(signed: signed) }
  func put(raw bytes: UnsafeRawBufferPointer) { buffer.put(raw: bytes) }
  func put(_ text: String) { buffer.put(text) }

  /// A time, as what has passed since the last that the clock said.
  func put(_ instant: Instant) { buffer.put(signed: instant.nanoseconds &- at.nanoseconds) }

  /// What the clock said; times are counted from there.
  public func pass(to instant: Instant) { at = instant }

  private var headEnd = 0

  private func beginMessage() {
    buffer.clear()
    buffer.put(number: number)
    // The time that the first of the message's is counted from.
    buffer.put(signed: at.nanoseconds)
    headEnd = buffer.count
    number += 1
  }
}
