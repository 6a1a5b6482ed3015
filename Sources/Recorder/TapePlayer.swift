// SPDX-License-Identifier: Apache-2.0
import Quantities

/// Plays a tape back to the loop that asks again, and notices the first question that is another.
///
/// Exact: every question must be the recorded one. After the first that is not, and where a loop is
/// meant to decide otherwise (loose), each question is given the answer to the same one of the same
/// step, else the last that there was. Thread: one.
public final class TapePlayer: Tape {
  /// How questions are compared.
  public enum Matching: Sendable { case exact, loose }

  /// The first question that differs; nil while there is none.
  public private(set) var divergence: Divergence?
  /// Why the tape cannot be read on; nil while all is well.
  public private(set) var failure: TapeError?
  /// Steps, from one sleep to the next, that were begun.
  public private(set) var steps = 0
  /// Questions that were answered as recorded.
  public private(set) var matches = 0

  private let reader: TapeReader
  private let topic: Topic
  private var matching: Matching
  private var entries: [TapeEntry] = []
  private var position = 0
  private var isOver = false
  /// The last time that the clock said.
  private(set) var at = Instant.zero
  /// Loose: the last answer to each question.
  private var known: [[UInt8]: TapeEntry] = [:]
  private var foreign: [UInt8: ForeignRegisters] = [:]
  private var names: [UInt8: String] = [:]
  let question = TapeBuffer(capacity: 64 << 10)

  /// - Parameter path: a recording's first file.
  public init(_ path: String, topic: Topic = .tape, matching: Matching = .exact) {
    reader = TapeReader(path, topic: topic)
    (self.topic, self.matching) = (topic, matching)
  }

  /// Whether the tape is over.
  public var isAtEnd: Bool {
    load()
    if matching == .exact || !isOver { return position >= entries.count }
    // The last step has no sleep: what was done to the loop in it is all that is left to do.
    return nextAct == nil
  }

  /// What somebody did to the loop here; nil where the loop went on by itself.
  public var nextAct: TapeAct? {
    load()
    if matching == .exact { return position < entries.count ? entries[position].act : nil }
    return entries.lazy.filter { !$0.isUsed }.compactMap(\.act).first
  }

  /// What the end of the recording lacks, known at its end.
  public var loss: McapLoss? { reader.loss }

  public func mark(_ act: TapeAct) {
    question.clear()
    question.put(act.code.kind)
    question.put(signed: Int64(act.code.number))
    _ = answer(.mark, 0)
  }

  public func exchange(_ label: UInt8, _ bytes: UnsafeMutableRawBufferPointer) {
    question.clear()
    guard let found = answer(.exchange, label), found.answer.count == bytes.count else { return }
    bytes.copyBytes(from: found.answer)
  }

  /// What came of this question, which is in `question`; nil where the tape does not tell.
  func answer(_ call: TapeCall, _ part: UInt8) -> TapeEntry? {
    load()
    let found = matching == .exact ? exact(call, part) : loose(call, part)
    if let found, call == .now {
      var cursor = TapeCursor(found.answer)
      at = found.time(&cursor)
    }
    return found
  }

  /// Loose: the loop sleeps, and what is left of the step is passed over.
  func endStep() {
    guard matching == .loose else { return }
    for entry in entries where !entry.isUsed {
      if let address = entry.commandedAddress { foreign[entry.part, default: .init()].miss(address) }
    }
    position = entries.count
  }

  /// Loose: a chip was told something.
  func note(
    _ writing: UnsafeRawBufferPointer, to address: UInt8, of part: UInt8, isForeign: Bool
  ) {
    guard matching == .loose, writing.count > 1 else { return }
    foreign[part, default: .init()].note(writing, to: address, isForeign: isForeign)
  }

  /// Loose: what was read becomes what this run wrote there, where that is something else.
  func overlay(
    _ reading: UnsafeMutableRawBufferPointer, from register: UInt8, of address: UInt8,
    on part: UInt8
  ) -> Bool {
    foreign[part]?.overlay(reading, from: register, of: address) ?? false
  }

  func name(_ part: UInt8, _ name: String) { names[part] = name }

  private func exact(_ call: TapeCall, _ part: UInt8) -> TapeEntry? {
    let asked = Array(question.bytes)
    guard position < entries.count else {
      diverge(nil, TapeEntry(call: call, part: part, question: asked[...], base: at))
      return loose(call, part)
    }
    let entry = entries[position]
    guard entry.call == call, entry.part == part, entry.question.elementsEqual(asked) else {
      diverge(entry, TapeEntry(call: call, part: part, question: asked[...], base: at))
      return loose(call, part)
    }
    entries[position].isUsed = true
    position += 1
    matches += 1
    return entry
  }

  private func loose(_ call: TapeCall, _ part: UInt8) -> TapeEntry? {
    let asked = Array(question.bytes)
    if call == .now || call == .computer || call == .sleep {
      let next = entries.firstIndex { !$0.isUsed && $0.call == call }
      if let next { return use(next) }
      return call == .computer ? known[[call.rawValue]] : nil
    }
    let key = [call.rawValue, part] + asked
    let next = entries.firstIndex {
      !$0.isUsed && $0.call == call && $0.part == part && $0.question.elementsEqual(asked)
    }
    guard let next else {
      // A queue that is empty stays so; a register has what it had.
      if call == .edge || call == .frame || call == .exchange { return nil }
      if call == .transfer, let address = asked.first {
        foreign[part, default: .init()].miss(address)
      }
      return known[key]
    }
    let entry = use(next)
    if call.isReading { known[key] = entry }
    return entry
  }

  private func use(_ index: Int) -> TapeEntry {
    entries[index].isUsed = true
    matches += 1
    let entry = entries[index]
    if entry.call == .computer { known[[entry.call.rawValue]] = entry }
    return entry
  }

  private func diverge(_ recorded: TapeEntry?, _ replayed: TapeEntry) {
    matching = .loose
    guard divergence == nil, failure == nil else { return }
    divergence = Divergence(
      step: steps, atS: at.seconds, recorded: recorded?.words(names) ?? "the end of the tape",
      replayed: replayed.words(names))
  }

  /// Reads the next step when all of this one was had.
  private func load() {
    guard position >= entries.count, !isOver else { return }
    (entries, position) = ([], 0)
    do throws(TapeError) {
      repeat {
        guard let message = try reader.next() else {
          isOver = true
          break
        }
        guard let more = TapeEntry.all(in: message) else { throw reader.damaged() }
        entries += more
        // A mind never sleeps: its steps are its decisions.
      } while topic == .tape && entries.last?.call != .sleep
    } catch {
      (failure, isOver) = (error, true)
    }
    if !entries.isEmpty { steps += 1 }
  }
}
