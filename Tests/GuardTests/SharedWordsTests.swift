// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import GuardFixtures
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

  @Test("A file that is another's is refused and left as it is, full or not")
  func foreign() throws {
    let folder = TestFolder()
    let path = folder.path + "/foreign"
    for count in [1, 79, 80, 160, 161, 5000] {
      let content = Data(repeating: 7, count: count)
      #expect(FileManager.default.createFile(atPath: path, contents: content))
      #expect(throws: SharedWordsError(path: path, errno: EPROTO, lane: .guardian)) {
        try SharedWords(path, makes: true)
      }
      #expect(FileManager.default.contents(atPath: path) == content)
    }
    // Longer than it ever is, and begins like one.
    _ = try SharedWords(folder.path + "/own", makes: true)
    let own = try #require(FileManager.default.contents(atPath: folder.path + "/own"))
    #expect(FileManager.default.createFile(atPath: path, contents: own + [1]))
    #expect(throws: SharedWordsError.self) { try SharedWords(path, makes: true) }
    // A pipe is refused too, and not waited for.
    let pipe = folder.path + "/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(throws: SharedWordsError.self) { try SharedWords(pipe, makes: true) }
  }

  @Test("A file that is cut off makes both silent; each is heard again when it speaks again")
  func cutOff() throws {
    let folder = TestFolder()
    let path = folder.path + "/words"
    var one: SharedWords? = try SharedWords(path, makes: true)
    let other = try SharedWords(path, makes: false)
    for length in [0, 1, 80, 100] {
      other.store(SIMD8(repeating: 5), in: .runtime)
      one?.store(SIMD8(repeating: 6), in: .guardian)
      #expect(truncate(path, off_t(length)) == 0)
      #expect(one?.load(.runtime) == SIMD8(repeating: length < 80 ? 0 : 5))
      #expect(other.load(.guardian) == SIMD8(repeating: 0))
      one?.store(SIMD8(repeating: 8), in: .guardian)
      other.store(SIMD8(repeating: 7), in: .runtime)
      #expect(other.load(.guardian) == SIMD8(repeating: 8))
      #expect(one?.load(.runtime) == SIMD8(repeating: 7))
    }
    // What only one of them has made whole is still theirs.
    one = nil
    #expect(truncate(path, 0) == 0)
    other.store(SIMD8(repeating: 7), in: .runtime)
    one = try SharedWords(path, makes: true)
    #expect(one?.load(.runtime) == SIMD8(repeating: 7))
  }

  @Test("A lane has one writer; the second is told which process that is")
  func oneWriter() throws {
    let folder = TestFolder()
    let path = folder.path + "/words"
    let one = try SharedWords(path, makes: true)
    var other: SharedWords? = try SharedWords(path, makes: false)
    other?.store(SIMD8(repeating: 5), in: .runtime)
    for lane in [SharedWords.Lane.runtime, .guardian] {
      let refusal = SharedWordsError(path: path, errno: EAGAIN, lane: lane, holder: getpid())
      #expect(throws: refusal) { try SharedWords(path, makes: lane == .guardian) }
      #expect(refusal.description.contains("kill \(getpid())"))
      #expect(refusal.description.contains(lane == .runtime ? "another runtime" : "umwelt-guard"))
    }
    #expect(one.load(.runtime) == SIMD8(repeating: 5), "the refused one wrote nothing")
    other = nil
    other = try SharedWords(path, makes: false)
    #expect(other?.load(.runtime) == SIMD8(repeating: 5))
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
