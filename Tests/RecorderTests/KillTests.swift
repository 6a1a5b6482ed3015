// SPDX-License-Identifier: Apache-2.0
import Foundation
import Quantities
import Recorder
import Testing

/// `RecordingRig` as it was built, next to the tests.
private struct RigProcess {
  let id: pid_t

  init(_ arguments: [String]) throws {
    let found = Self.places.first { access($0, X_OK) == 0 }
    let binary = try #require(found, "no built RecordingRig next to the tests")
    let texts = ([binary] + arguments).map { strdup($0) } + [nil]
    defer { for text in texts { free(text) } }
    var child: pid_t = 0
    // SAFETY: the list ends with nil; its texts outlive the call.
    try #require(posix_spawn(&child, binary, nil, nil, texts, environ) == 0)
    id = child
  }

  private static var places: [String] {
    var link = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &link, link.count - 1)
    let runner = String(
      decoding: link.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return (CommandLine.arguments.filter { $0.contains(".xctest") } + [runner]).map { place in
      place.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/RecordingRig"
    }
  }

  func kill() {
    Foundation.kill(id, SIGKILL)
    var status: Int32 = 0
    while waitpid(id, &status, 0) < 0, errno == EINTR {}
  }
}

@Suite("A recording whose process is killed")
struct KillTests {
  /// `UMWELT_KILLS=200 tools/test KillTests` for more.
  private static let kills =
    ProcessInfo.processInfo.environment["UMWELT_KILLS"].flatMap { Int($0) } ?? 20

  @Test("has every chunk that was written, each message in its order", .timeLimit(.minutes(10)))
  func killed() throws {
    let folder = TestFolder()
    var random = SeededGenerator(seed: 20_261_124, stream: "kills")
    var (chunks, whole, lost) = (0, 0, 0)
    for number in 0..<Self.kills {
      let path = "\(folder.path)/\(number).mcap"
      let rig = try RigProcess(["write", path])
      usleep(100_000 + UInt32(random.next() % 900_000))
      rig.kill()
      guard FileManager.default.fileExists(atPath: path) else { continue }
      let bytes = TestFolder.bytes(path)
      guard bytes.count > 8 else { continue }
      let log = try WholeLog(path: path)
      // Every byte of the file is either read, or the torn end.
      let loss = try #require(log.loss)
      #expect(loss.offset + loss.bytes == UInt64(bytes.count))
      #expect(loss.bytes < 1 << 20)
      for topic in Topic.allCases {
        let numbers = log.messages.filter { $0.channel == topic.rawValue }.map(\.sequence)
        #expect(numbers == Array(0..<UInt32(numbers.count)), "\(topic) has gaps")
      }
      chunks += log.chunks
      whole += log.messages.isEmpty ? 0 : 1
      lost += loss.bytes > 0 ? 1 : 0
    }
    print("\(Self.kills) kills: \(chunks) chunks read, \(whole) files with messages, \(lost) torn")
    #expect(whole > Self.kills / 2)
  }
}
