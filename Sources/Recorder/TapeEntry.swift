// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// One question on a tape and its answer.
struct TapeEntry {
  var call: TapeCall
  var part: UInt8
  var question: ArraySlice<UInt8>
  var answer: ArraySlice<UInt8> = []
  /// The time that the entry's times are counted from.
  var base: Instant
  var isUsed = false

  init(call: TapeCall, part: UInt8, question: ArraySlice<UInt8>, base: Instant) {
    (self.call, self.part, self.question, self.base) = (call, part, question, base)
  }

  /// Those of a message; nil when it is not what a recorder writes.
  static func all(in message: ArraySlice<UInt8>) -> [TapeEntry]? {
    var cursor = TapeCursor(message)
    var base = Instant(nanoseconds: cursor.signed())
    var entries: [TapeEntry] = []
    while !cursor.isAtEnd {
      guard let call = TapeCall(rawValue: cursor.byte()) else { return nil }
      let part = cursor.byte()
      var sizes: [Int] = []
      for _ in 0..<2 {
        sizes.append(Int(cursor.byte()) | Int(cursor.byte()) << 8 | Int(cursor.byte()) << 16)
      }
      var entry = TapeEntry(call: call, part: part, question: cursor.raw(sizes[0]), base: base)
      entry.answer = cursor.raw(sizes[1])
      if call == .now {
        var said = TapeCursor(entry.answer)
        base = entry.time(&said)
      }
      entries.append(entry)
    }
    return cursor.isShort ? nil : entries
  }

  /// A time of the question or the answer. Wraps: a damaged tape may say anything.
  func time(_ cursor: inout TapeCursor) -> Instant {
    Instant(nanoseconds: base.nanoseconds &+ cursor.signed())
  }

  /// What was done to the loop; nil for everything else.
  var act: TapeAct? {
    guard call == .mark else { return nil }
    var cursor = TapeCursor(question)
    let kind = cursor.byte()
    return TapeAct(kind: kind, number: Int(clamping: cursor.signed()))
  }

  /// Which chip a transfer only tells something; nil for everything else.
  var commandedAddress: UInt8? {
    guard call == .transfer else { return nil }
    var cursor = TapeCursor(question)
    let address = cursor.byte()
    return cursor.number() == 0 ? address : nil
  }

  /// The question in words.
  func words(_ names: [UInt8: String]) -> String {
    var cursor = TapeCursor(question)
    let name = names[part] ?? "part \(part)"
    switch call {
    case .open: return "opening \(cursor.text())"
    case .now: return "a look at the clock"
    case .sleep:
      return "sleep until \(time(&cursor).seconds) s"
    case .transfer: return transfer(&cursor, on: name)
    case .batch:
      var parts: [String] = []
      while !cursor.isAtEnd { parts.append(transfer(&cursor, on: name)) }
      return parts.joined(separator: ", ")
    case .setLine: return "line \(name) \(cursor.flag() ? "high" : "low")"
    case .level: return "a look at line \(name)"
    case .edge: return "a look for edges of \(name)"
    case .startPWM, .setPWM, .stopPWM:
      let verb = call == .startPWM ? "period" : call == .setPWM ? "high for" : "stopped"
      return "PWM \(name) \(verb) \(Interval(nanoseconds: cursor.signed()).milliseconds) ms"
    case .frame: return "a look at camera \(name)"
    case .computer: return "a look at the computer"
    case .mark: return act.map { "\($0)" } ?? "an unknown act"
    case .exchange: return "value \(part) from another thread"
    }
  }

  private func transfer(_ cursor: inout TapeCursor, on name: String) -> String {
    let address = hex(cursor.byte())
    let reading = cursor.number()
    let bytes = cursor.raw(Int(clamping: cursor.number())).map { hex($0).dropFirst(2) }
    let written = bytes.isEmpty ? "" : " write \(bytes.joined(separator: " "))"
    return "\(name) \(address)\(written)" + (reading > 0 ? " read \(reading)" : "")
  }
}
