// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The parts of `ReplayHardware`: each asks the tape.
final class ReplayBus: I2CBus {
  let name: String
  let bearsClockStretching: Bool
  private let part: UInt8
  private let player: TapePlayer

  init(_ name: String, bears: Bool, _ part: UInt8, _ player: TapePlayer) {
    (self.name, bearsClockStretching, self.part, self.player) = (name, bears, part, player)
  }

  func transfer(
    address: UInt8, writing: UnsafeRawBufferPointer, reading: UnsafeMutableRawBufferPointer
  ) throws(I2CError) {
    player.question.clear()
    ask(address, writing, reading.count)
    guard let found = player.answer(.transfer, part) else {
      if reading.isEmpty { return player.note(writing, to: address, of: part, isForeign: true) }
      if writing.count == 1,
        player.overlay(reading, from: writing[0], of: address, on: part)
      {
        return
      }
      throw nothing(address)
    }
    var facts = try answer(found)
    if reading.isEmpty { return player.note(writing, to: address, of: part, isForeign: false) }
    let register = writing.first  // before what is read may lie over it
    reading.copyBytes(from: facts.raw(reading.count))
    if writing.count == 1, let register {
      _ = player.overlay(reading, from: register, of: address, on: part)
    }
  }

  func transfer(_ batch: UnsafeBufferPointer<I2CTransfer>) throws(I2CError) {
    player.question.clear()
    for one in batch { ask(one.address, one.writing, one.reading.count) }
    guard let found = player.answer(.batch, part) else {
      // Nothing was to be read: commands that were not recorded.
      if batch.allSatisfy({ $0.reading.isEmpty }) { return }
      throw nothing(batch.first?.address ?? 0)
    }
    var facts = try answer(found)
    for one in batch { one.reading.copyBytes(from: facts.raw(one.reading.count)) }
  }

  private func ask(_ address: UInt8, _ writing: UnsafeRawBufferPointer, _ reading: Int) {
    player.question.reserve(player.question.count + writing.count + 32)
    player.question.put(address)
    player.question.put(number: UInt64(reading))
    player.question.put(number: UInt64(writing.count))
    player.question.put(raw: writing)
  }

  /// What was read.
  private func answer(_ found: TapeEntry) throws(I2CError) -> TapeCursor {
    var facts = TapeCursor(found.answer)
    let code = facts.byte()
    if code == 0 { return facts }
    throw I2CError(code, &facts, bus: name)
  }

  /// The tape does not tell.
  private func nothing(_ address: UInt8) -> I2CError {
    I2CError(bus: name, address: address, register: nil, reason: .system(errno: EIO))
  }
}

extension I2CError {
  fileprivate init(_ code: UInt8, _ facts: inout TapeCursor, bus: String) {
    let address = facts.byte()
    let register = facts.number()
    let reason: Reason =
      switch code {
      case 1: .noAcknowledge
      case 2: .busFault
      case 3: .timedOut
      case 4: .claimed(driver: facts.text(), device: facts.text())
      default: .system(errno: Int32(clamping: facts.signed()))
      }
    self.init(
      bus: bus, address: address, register: register == 0 ? nil : UInt16(clamping: register - 1),
      reason: reason)
  }
}

final class ReplayOutput: OutputLine {
  let name: String
  private let part: UInt8
  private let player: TapePlayer

  init(_ name: String, _ part: UInt8, _ player: TapePlayer) {
    (self.name, self.part, self.player) = (name, part, player)
  }

  func set(high: Bool) throws(LineError) {
    player.question.clear()
    player.question.put(high)
    let code = player.errno(.setLine, part)
    if code != 0 { throw LineError(line: name, errno: code) }
  }
}

final class ReplayInput: InputLine {
  let name: String
  private let part: UInt8
  private let player: TapePlayer

  init(_ name: String, _ part: UInt8, _ player: TapePlayer) {
    (self.name, self.part, self.player) = (name, part, player)
  }

  func isHigh() throws(LineError) -> Bool {
    player.question.clear()
    guard let found = player.told(.level, part) else { throw LineError(line: name, errno: EIO) }
    var facts = found.facts
    if found.errno != 0 { throw LineError(line: name, errno: found.errno) }
    return facts.flag()
  }
}

final class ReplayEdges: EdgeLine {
  let name: String
  private let part: UInt8
  private let player: TapePlayer

  init(_ name: String, _ part: UInt8, _ player: TapePlayer) {
    (self.name, self.part, self.player) = (name, part, player)
  }

  func nextEdge() throws(LineError) -> Edge? {
    player.question.clear()
    guard let found = player.told(.edge, part) else { return nil }
    var facts = found.facts
    if found.errno != 0 { throw LineError(line: name, errno: found.errno) }
    guard facts.flag() else { return nil }
    return Edge(
      at: found.entry.time(&facts),
      sequence: UInt32(truncatingIfNeeded: facts.number()), isRising: facts.flag())
  }
}

final class ReplayPWM: PWMOutput {
  let name: String
  private let part: UInt8
  private let player: TapePlayer

  init(_ name: String, _ part: UInt8, _ player: TapePlayer) {
    (self.name, self.part, self.player) = (name, part, player)
  }

  func start(period: Interval) throws(PWMError) { try ask(.startPWM, period) }

  func set(high: Interval) throws(PWMError) { try ask(.setPWM, high) }

  func stop() throws(PWMError) { try ask(.stopPWM, .zero) }

  private func ask(_ call: TapeCall, _ interval: Interval) throws(PWMError) {
    player.question.clear()
    player.question.put(signed: interval.nanoseconds)
    let code = player.errno(call, part)
    if code != 0 { throw PWMError(output: name, errno: code) }
  }
}

final class ReplayCamera: FrameSource {
  let name: String
  let width: Int
  let height: Int
  private let part: UInt8
  private let player: TapePlayer

  init(_ name: String, width: Int, height: Int, _ part: UInt8, _ player: TapePlayer) {
    (self.name, self.width, self.height) = (name, width, height)
    (self.part, self.player) = (part, player)
  }

  func latest(into frame: inout Frame) throws(FrameError) -> Bool {
    player.question.clear()
    guard let found = player.told(.frame, part) else { return false }
    var facts = found.facts
    if found.errno != 0 { throw FrameError(camera: name, errno: found.errno) }
    guard facts.flag() else { return false }
    frame.capturedAt = found.entry.time(&facts)
    frame.sequence = UInt32(truncatingIfNeeded: facts.number())
    let pixels = facts.raw(frame.pixels.count)
    guard pixels.count == frame.pixels.count else { throw FrameError(camera: name, errno: EIO) }
    frame.pixels.withUnsafeMutableBytes { $0.copyBytes(from: pixels) }
    return true
  }
}

extension TapePlayer {
  /// What came of a call, and what else is told of it after that; nil where the tape does not tell.
  fileprivate func told(
    _ call: TapeCall, _ part: UInt8
  ) -> (entry: TapeEntry, errno: Int32, facts: TapeCursor)? {
    guard let entry = answer(call, part) else { return nil }
    var facts = TapeCursor(entry.answer)
    let errno = Int32(clamping: facts.signed())
    return (entry, errno, facts)
  }

  /// What came of a command: 0 where the tape does not tell.
  fileprivate func errno(_ call: TapeCall, _ part: UInt8) -> Int32 { told(call, part)?.errno ?? 0 }
}
