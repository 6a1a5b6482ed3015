// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import LinuxBuses
import Quantities
import Safety
import Testing

@Suite("Words in shared memory")
struct SharedWordsTests {
  @Test("Two who map one file see each other's words, each in its lane")
  func lanes() throws {
    let folder = TestFolder()
    let one = try SharedWords(folder.path + "/words", makes: true)
    let other = try SharedWords(folder.path + "/words", makes: false)
    #expect(one.load(.runtime) == SIMD8(repeating: 0))
    other.store([1, 2, 3, 4, 5, 6, 7, 8], in: .runtime)
    one.store([9, 8, 7, 6, 5, 4, 3, 2], in: .guardian)
    #expect(one.load(.runtime) == [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(other.load(.guardian) == [9, 8, 7, 6, 5, 4, 3, 2])
  }

  @Test("Whoever makes it anew finds the words that were there, and the other still sees it")
  func restart() throws {
    let folder = TestFolder()
    var one: SharedWords? = try SharedWords(folder.path + "/words", makes: true)
    let other = try SharedWords(folder.path + "/words", makes: false)
    one?.store(SIMD8(repeating: 3), in: .guardian)
    one = nil
    let again = try SharedWords(folder.path + "/words", makes: true)
    #expect(again.load(.guardian) == SIMD8(repeating: 3))
    again.store(SIMD8(repeating: 4), in: .guardian)
    #expect(other.load(.guardian) == SIMD8(repeating: 4))
  }

  @Test("What is no shared memory is refused with what to do")
  func refusals() throws {
    let folder = TestFolder()
    let missing = folder.path + "/missing"
    #expect(throws: SharedWordsError(path: missing, errno: ENOENT)) {
      try SharedWords(missing, makes: false)
    }
    #expect(SharedWordsError(path: missing, errno: ENOENT).description.contains("umwelt-guard"))
    let short = folder.path + "/short"
    #expect(FileManager.default.createFile(atPath: short, contents: Data([1, 2, 3])))
    #expect(throws: SharedWordsError(path: short, errno: EPROTO)) {
      try SharedWords(short, makes: false)
    }
    #expect(SharedWordsError(path: short, errno: EPROTO).description.contains("no shared memory"))
    #expect(SharedWordsError(path: short, errno: EACCES).description.contains("one group"))
    #expect(SharedWordsError(path: short, errno: EIO).description.contains("errno 5"))
    #expect(throws: SharedWordsError.self) { try SharedWords(folder.path, makes: true) }
    let link = folder.path + "/link"
    symlink(missing, link)
    #expect(throws: SharedWordsError.self) { try SharedWords(link, makes: true) }
  }

  @Test("A read that meets a write gives a whole heartbeat or none, never a mixture")
  func tornReads() throws {
    let folder = TestFolder()
    let path = folder.path + "/words"
    let reader = try SharedWords(path, makes: true)
    let writer = Writer(path: path)
    Thread.detachNewThread { writer.run() }
    var (whole, torn, last) = (0, 0, UInt64(0))
    while writer.isGoingOn {
      let words = reader.load(.runtime)
      guard let heartbeat = Heartbeat(words: words) else {
        torn += words == SIMD8(repeating: 0) ? 0 : 1
        continue
      }
      whole += 1
      // Every field is made of the sequence: a mixture would show.
      #expect(heartbeat == Writer.heartbeat(heartbeat.sequence))
      #expect(heartbeat.sequence >= last, "never an older one")
      last = heartbeat.sequence
    }
    #expect(whole > 1000)
    print("torn reads noticed: \(torn), whole: \(whole)")
  }
}

/// The other side: writes as fast as it goes, as no runtime would.
private final class Writer: @unchecked Sendable {
  static let count: UInt64 = 2_000_000
  private let path: String
  private let lock = NSLock()
  private var isDone = false

  init(path: String) { self.path = path }

  var isGoingOn: Bool { lock.withLock { !isDone } }

  static func heartbeat(_ sequence: UInt64) -> Heartbeat {
    Heartbeat(
      session: UInt32(truncatingIfNeeded: sequence &* 0x9E37_79B9), sequence: sequence,
      sentAt: Instant(nanoseconds: Int64(sequence) << 20),
      nextBy: Instant(nanoseconds: Int64(sequence) << 21), wantsOutputs: sequence % 2 == 0,
      isLeaving: sequence % 3 == 0, imuSamples: UInt32(truncatingIfNeeded: sequence &* 77))
  }

  func run() {
    do {
      let words = try SharedWords(path, makes: false)
      for sequence in 1...Self.count { words.store(Self.heartbeat(sequence).words, in: .runtime) }
    } catch { Issue.record("\(error)") }
    lock.withLock { isDone = true }
  }
}
