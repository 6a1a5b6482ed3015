// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// A machine that answers as another did when it was recorded.
public final class ReplayHardware: Hardware {
  public let clock: any Clock
  public let computer: (any ComputerHealth)?
  private let player: TapePlayer

  public init(_ player: TapePlayer) {
    self.player = player
    clock = ReplayClock(player)
    player.question.clear()
    let found = player.answer(.open, TapePart.computer.rawValue)
    computer = found?.answer.first == 1 ? ReplayComputer(player) : nil
  }

  public func i2cBus(_ name: String) throws(HardwareError) -> any I2CBus {
    var (part, facts) = try open(.bus, name, 0)
    return ReplayBus(facts.text(), bears: facts.flag(), part, player)
  }

  public func outputLine(
    _ name: String, restsHigh: Bool
  ) throws(HardwareError) -> any OutputLine {
    var (part, facts) = try open(.output, name, restsHigh ? 1 : 0)
    return ReplayOutput(facts.text(), part, player)
  }

  public func inputLine(_ name: String) throws(HardwareError) -> any InputLine {
    var (part, facts) = try open(.input, name, 0)
    return ReplayInput(facts.text(), part, player)
  }

  public func edgeLine(_ name: String, _ kind: EdgeKind) throws(HardwareError) -> any EdgeLine {
    var (part, facts) = try open(.edges, name, kind.tapeCode)
    return ReplayEdges(facts.text(), part, player)
  }

  public func pwmOutput(_ name: String) throws(HardwareError) -> any PWMOutput {
    var (part, facts) = try open(.pwm, name, 0)
    return ReplayPWM(facts.text(), part, player)
  }

  public func frameSource(_ name: String) throws(HardwareError) -> any FrameSource {
    var (part, facts) = try open(.camera, name, 0)
    let named = facts.text()
    let (width, height) = (Int(clamping: facts.number()), Int(clamping: facts.number()))
    return ReplayCamera(named, width: width, height: height, part, player)
  }

  /// A part's number, and what the tape says of it.
  private func open(
    _ kind: TapePart, _ name: String, _ option: UInt8
  ) throws(HardwareError) -> (UInt8, TapeCursor) {
    player.question.clear()
    player.question.put(name)
    player.question.put(option)
    guard let found = player.answer(.open, kind.rawValue) else {
      throw HardwareError(
        kind: "part", name: name, available: [],
        reason: "it was not there when this was recorded. Replay with the board that recorded it.")
    }
    var facts = TapeCursor(found.answer)
    guard facts.flag() else { throw HardwareError(&facts) }
    let part = facts.byte()
    player.name(part, name)
    return (part, facts)
  }
}

extension HardwareError {
  fileprivate init(_ facts: inout TapeCursor) {
    let (kind, name, reason) = (facts.text(), facts.text(), facts.text())
    var available: [String] = []
    let count = facts.number()
    while UInt64(available.count) < count, !facts.isShort { available.append(facts.text()) }
    self.init(
      kind: kind, name: name, available: available, reason: reason.isEmpty ? nil : reason)
  }
}

private final class ReplayClock: Clock {
  private let player: TapePlayer

  init(_ player: TapePlayer) { self.player = player }

  var now: Instant {
    player.question.clear()
    _ = player.answer(.now, 0)
    return player.at
  }

  func sleep(until deadline: Instant) {
    player.question.clear()
    player.question.put(signed: deadline.nanoseconds &- player.at.nanoseconds)
    _ = player.answer(.sleep, 0)
    player.endStep()
  }
}

private final class ReplayComputer: ComputerHealth {
  private let player: TapePlayer
  private var last: ComputerState?

  init(_ player: TapePlayer) { self.player = player }

  func latest() -> ComputerState? {
    player.question.clear()
    guard let found = player.answer(.computer, 0) else { return last }
    var facts = TapeCursor(found.answer)
    if facts.flag() { return last }
    last = facts.flag() ? ComputerState(&facts, at: found) : nil
    return last
  }
}

extension ComputerState {
  fileprivate init(_ facts: inout TapeCursor, at entry: TapeEntry) {
    self.init(at: entry.time(&facts))
    temperatureC = facts.optional().map { Double(bitPattern: $0) }
    isUndervolted = facts.optionalFlag()
    isThrottled = facts.optionalFlag()
    hasModelChanged = facts.optionalFlag()
    hasBoardChanged = facts.optionalFlag()
    freeDiskBytes = facts.optional().map { Int(clamping: $0) }
    availableMemoryBytes = facts.optional().map { Int(clamping: $0) }
  }
}

extension TapeCursor {
  fileprivate mutating func optional() -> UInt64? { flag() ? number() : nil }

  fileprivate mutating func optionalFlag() -> Bool? {
    switch byte() {
    case 1: false
    case 2: true
    default: nil
    }
  }
}
