// SPDX-License-Identifier: Apache-2.0
import Quantities
import Recorder
import Testing

/// Keeps what is written in memory.
private final class MemorySink: ByteSink {
  var bytes: [UInt8] = []
  func append(_ more: [UInt8]) throws(DiskError) { bytes += more }
  func sync() throws(DiskError) {}
  func close() {}
}

/// A log of random messages, and the bytes that it was written as.
private struct RandomLog {
  static let channels = (1...4).map {
    McapChannel(id: UInt16($0), schema: 1, topic: "/t\($0)", encoding: "json")
  }
  static let schema = McapSchema(
    id: 1, name: "any", encoding: "jsonschema", text: Array("{}".utf8))

  var messages: [McapMessage] = []
  var attachments: [McapAttachment] = []
  var bytes: [UInt8] = []
  /// Where each chunk ends, and how many messages are in the file up to there.
  var chunkEnds: [(byte: Int, messages: Int)] = []

  init(seed: UInt64, chunks: Int = 5, messagesPerChunk: Int = 20) throws(DiskError) {
    var random = SeededGenerator(seed: seed, stream: "random log")
    let sink = MemorySink()
    let writer = try McapWriter(
      to: sink, library: "test", schemas: [Self.schema], channels: Self.channels)
    let file = McapAttachment(
      name: "a.bin", mediaType: "x/y", timeNs: 7, data: (0..<50).map { _ in UInt8(random.next() & 255) })
    try writer.write(file)
    attachments.append(file)
    try writer.write(McapMetadata(name: "m", values: ["b": "2", "a": "ä\"1"]))
    var builder = ChunkBuilder(capacity: 1 << 12)
    for _ in 0..<chunks {
      for _ in 0..<Int(random.next() % UInt64(messagesPerChunk)) + 1 {
        let message = McapMessage(
          channel: UInt16(random.next() % 4) + 1, sequence: UInt32(messages.count),
          timeNs: random.next() % 1_000_000,
          data: (0..<Int(random.next() % 60)).map { _ in UInt8(random.next() & 3) })
        builder.add(
          channel: message.channel, sequence: message.sequence, timeNs: message.timeNs
        ) { $0.add(raw: message.data) }
        messages.append(message)
      }
      let chunk = builder.seal()
      try writer.write(chunk)
      // The index behind a chunk is for others; the chunk is whole before it.
      chunkEnds.append((sink.bytes.count - chunk.bytes.count + chunk.chunkBytes, messages.count))
    }
    try writer.finish()
    bytes = sink.bytes
  }
}

@Suite("An MCAP file")
struct McapTests {
  @Test("reads back as it was written", arguments: 1...20)
  func roundTrip(seed: Int) throws {
    let log = try RandomLog(seed: UInt64(seed))
    let read = try WholeLog(MemorySource(log.bytes))
    #expect(read.messages == log.messages)
    #expect(read.attachments == log.attachments)
    #expect(read.loss == nil)
    #expect(read.chunks == 5)
    let statistics = try #require(read.statistics)
    #expect(statistics.messages == UInt64(log.messages.count))
    #expect(statistics.startNs == log.messages.map(\.timeNs).min())
    #expect(statistics.endNs == log.messages.map(\.timeNs).max())
    for channel in RandomLog.channels {
      let count = log.messages.filter { $0.channel == channel.id }.count
      #expect(statistics.messagesOfChannel[channel.id, default: 0] == UInt64(count))
    }
    let metadata = McapMetadata(name: "m", values: ["a": "ä\"1", "b": "2"])
    #expect(read.items.contains(.metadata(metadata)))
  }

  @Test("cut off at any byte gives every chunk that is whole, and says what is lost")
  func truncation() throws {
    let log = try RandomLog(seed: 3)
    for length in Mcap.magic.count..<log.bytes.count {
      let read = try WholeLog(MemorySource(Array(log.bytes[..<length])))
      let whole = log.chunkEnds.last { $0.byte <= length }?.messages ?? 0
      #expect(read.messages == Array(log.messages[..<whole]), "cut at \(length)")
      let loss = try #require(read.loss, "cut at \(length)")
      #expect(loss.offset + loss.bytes == UInt64(length))
      #expect("\(loss)".contains("byte \(loss.offset)"))
    }
  }

  @Test("whose tail the disk has as zeros is read up to there", arguments: [1, 2, 3])
  func zeroTail(seed: Int) throws {
    let log = try RandomLog(seed: UInt64(seed))
    for cut in stride(from: 30, to: log.bytes.count, by: 7) {
      let bytes = Array(log.bytes[..<cut]) + [UInt8](repeating: 0, count: 500)
      let read = try WholeLog(MemorySource(bytes))
      let whole = log.chunkEnds.last { $0.byte <= cut }?.messages ?? 0
      // An LZ4 frame ends in zeros itself: a chunk cut there is whole.
      #expect(read.messages.count >= whole, "zeros from \(cut)")
      #expect(read.messages == Array(log.messages[..<read.messages.count]))
      #expect(read.loss != nil)
    }
  }

  @Test("that was finished and changed since is an error with its place", arguments: [1, 2])
  func damage(seed: Int) throws {
    let log = try RandomLog(seed: UInt64(seed))
    var (refused, random) = (0, SeededGenerator(seed: UInt64(seed), stream: "damage"))
    for _ in 0..<300 {
      var bytes = log.bytes
      let place = Int(random.next() % UInt64(bytes.count - 16)) + 8
      bytes[place] ^= UInt8(1 << (random.next() % 8))
      do throws(McapError) { _ = try WholeLog(MemorySource(bytes, name: "x.mcap")) } catch {
        refused += 1
        #expect(error.path == "x.mcap" && "\(error)".contains("x.mcap"))
        #expect(error.offset <= UInt64(place) || error.offset < UInt64(bytes.count))
      }
    }
    // All but the summary is checked: most of the file.
    #expect(refused > 100)
  }
}

@Suite("What is no log that can be read")
struct McapErrorTests {
  private func reason(_ bytes: [UInt8], limit: UInt64 = 1 << 16) -> McapError.Reason? {
    do throws(McapError) {
      let reader = try McapReader(MemorySource(bytes), limit: limit)
      while try reader.next() != nil {}
      return nil
    } catch {
      return error.reason
    }
  }

  @Test("begins with other bytes")
  func otherFile() {
    #expect(reason(Array("PNG, say".utf8)) == .notMcap)
    #expect(reason([]) == .notMcap)
    #expect(reason(Array(Mcap.magic.dropLast())) == .notMcap)
    #expect("\(McapError(path: "p", offset: 0, reason: .notMcap))".contains("not an MCAP file"))
  }

  @Test("has a record larger than is read")
  func large() throws {
    var bytes = try RandomLog(seed: 1).bytes
    bytes[Mcap.magic.count + 3] = 0xFF
    guard case .tooLarge(let size, let limit) = reason(bytes) else {
      Issue.record("not refused as too large")
      return
    }
    #expect(limit == 1 << 16 && size > limit)
  }

  @Test("is packed in a way that is not read here")
  func compression() {
    var record = RecordBytes()
    record.add(raw: Mcap.magic)
    record.record(.chunk) {
      for _ in 0..<2 { $0.add(UInt64.zero) }
      $0.add(UInt64(4))
      $0.add(UInt32.zero)
      $0.add("zstd")
      $0.add(UInt64(4))
      $0.add(UInt32.zero)
    }
    record.add(raw: Mcap.magic)
    #expect(reason(record.bytes) == .compression("zstd"))
    let error = McapError(path: "p", offset: 8, reason: .compression("zstd"))
    #expect("\(error)".contains("mcap compress"))
  }

  @Test("has a chunk that claims more than LZ4 could pack into it")
  func bomb() {
    var record = RecordBytes()
    record.add(raw: Mcap.magic)
    record.record(.chunk) {
      for _ in 0..<2 { $0.add(UInt64.zero) }
      $0.add(UInt64(60_000))
      $0.add(UInt32.zero)
      $0.add("lz4")
      $0.add(UInt64(4))
      $0.add(UInt32.zero)
    }
    record.add(raw: Mcap.magic)
    guard case .damaged(let what) = reason(record.bytes) else {
      Issue.record("not refused")
      return
    }
    #expect(what.contains("60000"))
  }

  @Test("is not there")
  func missing() {
    #expect(throws: DiskError(path: "/nowhere/x", step: .open, errno: 2)) {
      try FileSource("/nowhere/x")
    }
    let error = McapError(
      path: "/x", offset: 0, reason: .disk(DiskError(path: "/x", step: .read, errno: 5)))
    #expect("\(error)".contains("card is broken"))
  }
}
