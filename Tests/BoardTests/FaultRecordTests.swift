// SPDX-License-Identifier: Apache-2.0
import Board
import Testing

@Suite("The record of faults")
struct FaultRecordTests {
  let folder = TemporaryState()

  private func load() throws(BoardError) -> FaultRecord? {
    try FaultRecord.load(folder: folder.path) { _ in }
  }

  private func latch(_ fault: String, _ uptimeS: Double = 1) -> FaultRecord.Latch {
    .init(fault: fault, by: .guard, when: "2026-11-24T12:00:00Z", uptimeS: uptimeS)
  }

  @Test("Nothing recorded is no record")
  func none() throws { #expect(try load() == nil) }

  @Test("What is written is read back, for every witness and reason")
  func roundTrip() throws {
    for reset in FaultRecord.Reset.allCases.map(Optional.init) + [nil] {
      var record = FaultRecord(reset: reset)
      try record.save(folder: folder.path)
      #expect(try load() == record)
      for (i, witness) in FaultRecord.Witness.allCases.enumerated() {
        record.latch(
          .init(
            fault: "staleImu", by: witness, when: "2026-11-24T12:00:00Z",
            uptimeS: 1.0 / 3 + Double(i)))
      }
      try record.save(folder: folder.path)
      #expect(try load() == record)
    }
  }

  @Test("Only a record without a fault, of a computer that was switched on, is clear")
  func clear() {
    #expect(FaultRecord().isClear)
    #expect(FaultRecord(reset: .power).isClear)
    for reset in FaultRecord.Reset.allCases where reset != .power {
      #expect(!FaultRecord(reset: reset).isClear)
    }
    var record = FaultRecord(reset: .power)
    record.latch(latch("tilted"))
    #expect(!record.isClear)
  }

  @Test("A reset by the watchdog is noted once a start, and not again when it was acknowledged")
  func start() throws {
    var record = FaultRecord()
    var isNews = record.note(start: "a-1", wasWatchdog: false)
    #expect(isNews && record.isClear)
    isNews = record.note(start: "b-2", wasWatchdog: true)
    #expect(isNews && record.reset == .watchdog && !record.isClear)
    try record.save(folder: folder.path)
    #expect(try load() == record)
    isNews = record.note(start: "b-2", wasWatchdog: true)
    #expect(!isNews)
    record = FaultRecord(start: "b-2")
    isNews = record.note(start: "b-2", wasWatchdog: true)
    #expect(!isNews && record.isClear)
    try record.save(folder: folder.path)
    #expect(try load() == record)
    record.reset = .guard
    isNews = record.note(start: "c-3", wasWatchdog: true)
    #expect(isNews && record.reset == .guard)
    record = FaultRecord(start: "a\n\"b")
    try record.save(folder: folder.path)
    let written = try load()
    #expect(written?.start == "a--b")
  }

  @Test("Of too many faults the first and the newest stay")
  func many() {
    var record = FaultRecord()
    for i in 0..<100 { record.latch(latch("tilted", Double(i))) }
    #expect(record.latches.count == FaultRecord.limit)
    #expect(record.latches.first?.uptimeS == 0)
    #expect(record.latches.dropFirst().map(\.uptimeS) == (85..<100).map(Double.init))
  }

  @Test("A fault with a strange name is written so that it can be read")
  func strange() throws {
    for name in ["a: b # c", "", "7up", "\"\n- x"] {
      var record = FaultRecord()
      record.latch(latch(name))
      try record.save(folder: folder.path)
      #expect(try load()?.latches.count == 1)
      #expect(try load()?.isClear == false)
    }
  }

  @Test("A damaged record gives way to the one before, which is said")
  func damaged() throws {
    var record = FaultRecord(reset: .watchdog)
    try record.save(folder: folder.path)
    record.latch(latch("tilted"))
    try record.save(folder: folder.path)
    folder.write(folder.read("safety.yaml").replacing("tilted", with: "tilt"), "safety.yaml")
    var notes: [StateNote] = []
    let found = try FaultRecord.load(folder: folder.path) { notes.append($0) }
    #expect(found == FaultRecord(reset: .watchdog))
    #expect(notes == [.fellBack(path: FaultRecord.path(in: folder.path), why: .edited)])
  }

  @Test(
    "A record that cannot be used is an error, never a clean start",
    arguments: ["", "reset: watchdog\n", "latched: [{fault: x}]\n# crc32 00000000\n"])
  func unusable(text: String) throws {
    folder.write(text, "safety.yaml")
    #expect(throws: BoardError.self) { try load() }
  }

  @Test(
    "Wrong values are named with their line",
    arguments: [
      ("reset: mood\n", "1:8: reset: 'mood' is not a reason known here"),
      (
        "latched:\n  - {fault: x, by: cat, when: now, uptime_s: 1}\n",
        "2:20: latched[0].by: 'cat' is not a witness"
      ),
      ("latched:\n  - {fault: x, by: gate, when: now}\n", "has no 'uptime_s'")
    ])
  func wrong(text: String, message: String) {
    do throws(BoardError) {
      _ = try FaultRecord.parse(text, path: "safety.yaml")
      Issue.record("taken")
    } catch { #expect(error.description.contains(message), "\(error)") }
  }
}
