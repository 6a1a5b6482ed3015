// SPDX-License-Identifier: Apache-2.0
import Board
import Codecs
import Foundation
import Testing

@Suite("Two generations of a state file")
struct GenerationTests {
  let folder = TemporaryState()
  var path: String { folder.path + "/state.yaml" }

  /// What is loaded, without its check, and what is said of it.
  private func load(
    _ author: StateFile.Author = .people
  ) throws(BoardError) -> (text: String?, notes: [StateNote]) {
    var notes: [StateNote] = []
    let found = try StateFile.load(path, by: author) { notes.append($0) }
    return (found.map { String($0.text.prefix { $0 != "#" }) }, notes)
  }

  private func save(_ texts: String...) throws(StateFileError) {
    for text in texts { try StateFile.save(text, path: path) }
  }

  @Test("The check is CRC-32 as everybody computes it")
  func check() throws {
    // The check value of the catalogue of parametrised CRC algorithms, CRC-32/ISO-HDLC.
    #expect(CRC32("123456789".utf8).value == 0xCBF4_3926)
    var parts = CRC32()
    parts.add("1234".utf8)
    parts.add([])
    parts.add(AnySequence([UInt8]()))
    parts.add("56789".utf8)
    #expect(parts.value == 0xCBF4_3926)
    #expect(CRC32([]).value == 0)
    try save("123456789")
    // By Python's zlib.
    #expect(folder.read("state.yaml") == "123456789\n# crc32 e0117757\n")
  }

  @Test("What was saved is loaded, by anybody, and nothing is said")
  func whole() throws {
    try save("one\n", "two\n")
    for author in [StateFile.Author.people, .machine] {
      let found = try load(author)
      #expect(found.text == "two\n")
      #expect(found.notes.isEmpty)
    }
  }

  @Test("No file is none")
  func none() throws {
    #expect(try load().text == nil)
    #expect(try load(.machine).text == nil)
    #expect(try load().notes.isEmpty)
  }

  @Test("A file that people edited is used, with a word; of a machine's it is damage")
  func edited() throws {
    try save("one\n", "two\n")
    folder.write(folder.read("state.yaml").replacing("two", with: "mended"), "state.yaml")
    #expect(try load().text == "mended\n")
    #expect(try load().notes == [.edited(path: path)])
    #expect(try load(.machine).text == "one\n")
    #expect(try load(.machine).notes == [.fellBack(path: path, why: .edited)])
  }

  @Test("A file written by hand counts when its last line says so")
  func byHand() throws {
    try save("one\n")
    folder.write("mine\n# crc32 none\n", "state.yaml")
    #expect(try load().text == "mine\n")
    #expect(try load().notes == [.edited(path: path)])
  }

  @Test("White space behind the check is no edit")
  func whiteSpace() throws {
    try save("one\n")
    folder.write(folder.read("state.yaml") + "\r\n \n", "state.yaml")
    #expect(try load().notes.isEmpty)
  }

  @Test("Cut anywhere, the newest is whole or the one before is used, with a word")
  func cut() throws {
    try save("generation: 1\n", "generation: 2\n")
    let bytes = Array(folder.read("state.yaml").utf8)
    for author in [StateFile.Author.people, .machine] {
      for length in bytes.indices {
        folder.write(String(decoding: bytes[..<length], as: UTF8.self), "state.yaml")
        let found = try load(author)
        // The newline at the very end is nobody's loss.
        let isWhole = length == bytes.count - 1
        #expect(found.text == (isWhole ? "generation: 2\n" : "generation: 1\n"), "\(length)")
        #expect(found.notes.isEmpty == isWhole, "\(length)")
      }
    }
  }

  @Test("Every flipped bit of a machine's file is noticed")
  func flipped() throws {
    try save("generation: 1\n", "generation: 2\n")
    let bytes = Array(folder.read("state.yaml").utf8)
    for bit in 0..<(bytes.count - 1) * 8 {
      var wrong = bytes
      wrong[bit / 8] ^= 1 << UInt8(bit % 8)
      try Data(wrong).write(to: URL(fileURLWithPath: path))
      let found = try load(.machine)
      // Upper case digits say the same.
      let text = String(decoding: wrong, as: UTF8.self)
      let isSame = text.lowercased() == String(decoding: bytes, as: UTF8.self)
      if !isSame { #expect(found.text == "generation: 1\n", "bit \(bit)") }
    }
  }

  @Test(
    "A newest that is gone, empty, zeros or no text gives way to the one before, with a word",
    arguments: [
      (nil, StateNote.Why.gone), ([], .damaged), ([0, 0, 0, 0], .damaged), ([0xFF, 0x0A], .damaged),
      (Array("text".utf8), .cut)
    ] as [([UInt8]?, StateNote.Why)])
  func damaged(bytes: [UInt8]?, why: StateNote.Why) throws {
    try save("one\n", "two\n")
    try StateFile.remove(path)
    if let bytes { try Data(bytes).write(to: URL(fileURLWithPath: path)) }
    #expect(try load(.machine).text == "one\n")
    #expect(try load(.machine).notes == [.fellBack(path: path, why: why)])
  }

  @Test("A newest that cannot be read gives way to the one before")
  func unreadable() throws {
    try save("one\n", "two\n")
    try StateFile.remove(path)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    #expect(try load().text == "one\n")
    #expect(try load().notes == [.fellBack(path: path, why: .unreadable)])
    try StateFile.remove(path + ".previous")
    #expect(throws: BoardError.self) { try load() }
  }

  @Test("People who delete their file mean it: the one before is not used, and named")
  func deleted() throws {
    try save("one\n", "two\n")
    try StateFile.remove(path)
    #expect(try load().text == nil)
    #expect(try load().notes == [.onlyPrevious(path: path)])
  }

  @Test("A file of before there were checks is used, with a word, and saving adds a check")
  func old() throws {
    folder.write("old\n", "state.yaml")
    #expect(try load().text == "old\n")
    #expect(try load().notes == [.withoutCheck(path: path)])
    try save("new\n")
    #expect(folder.read("state.yaml.previous") == "old\n")
    #expect(try load().notes.isEmpty)
  }

  @Test("Where nothing is whole, a machine's file is refused, and the parser gets people's")
  func nothingWhole() throws {
    folder.write("half", "state.yaml")
    folder.write("other half", "state.yaml.previous")
    do throws(BoardError) {
      _ = try load(.machine)
      Issue.record("loaded")
    } catch { #expect(error.description.contains("the check at its end does not fit")) }
    #expect(try load().text == "half")
  }

  @Test("What is not whole never takes the place of what is")
  func kept() throws {
    try save("one\n", "two\n")
    for wrong in ["tw", "two\u{0}", ""] {
      folder.write(wrong, "state.yaml")
      try save("three\n")
      #expect(folder.body("state.yaml.previous") == "one\n", "\(wrong)")
      #expect(folder.body("state.yaml") == "three\n")
    }
  }

  @Test(
    "Every note says what and what to do",
    arguments: [
      StateNote.edited(path: "/s/a"), .withoutCheck(path: "/s/a"), .onlyPrevious(path: "/s/a"),
      .fellBack(path: "/s/a", why: .gone), .fellBack(path: "/s/a", why: .cut),
      .fellBack(path: "/s/a", why: .edited), .fellBack(path: "/s/a", why: .damaged),
      .fellBack(path: "/s/a", why: .unreadable)
    ])
  func words(note: StateNote) {
    #expect(note.description.contains("/s/a"))
    #expect(note.description.contains("use"))
  }
}
