// SPDX-License-Identifier: Apache-2.0
import Codecs

/// Why a record was not had.
enum RecordFailure: Error {
  /// Nothing that a cut-off recording could look like.
  case fatal(McapError.Reason)
  /// The file stops in it.
  case cutOff(String)
  /// Its bytes are wrong: an error, or the tail of a file whose length the disk had kept.
  case wrong(McapError.Reason)
}

/// A log's bytes as records.
final class RecordInput {
  struct Record {
    var kind: UInt8
    var content: [UInt8]
    /// The check of all bytes before this record.
    var checkBefore: UInt32
  }

  let limit: UInt64
  private let source: any ByteSource
  private var check = CRC32()
  /// Where the present record begins.
  private var start: UInt64 = 0
  private var position: UInt64 = 0

  init(_ source: any ByteSource, limit: UInt64) { (self.source, self.limit) = (source, limit) }

  func error(_ reason: McapError.Reason) -> McapError {
    McapError(path: source.name, offset: start, reason: reason)
  }

  /// Whether the magic comes now.
  func takeMagic() throws(RecordFailure) -> Bool {
    start = position
    return try read(UInt64(Mcap.magic.count)) == Mcap.magic
  }

  func next() throws(RecordFailure) -> Record {
    start = position
    let checkBefore = check.value
    let prefix = try read(UInt64(Mcap.prefixBytes))
    guard prefix.count == Mcap.prefixBytes else {
      throw .cutOff(prefix.isEmpty ? "it has no end" : "the beginning of a record is cut off")
    }
    let size = prefix[1...].reversed().reduce(UInt64.zero) { $0 << 8 | UInt64($1) }
    guard size <= limit else { throw .wrong(.tooLarge(bytes: size, limit: limit)) }
    let content = try read(size)
    guard content.count == size else {
      throw .cutOff("\(content.count) of the \(size) bytes of a record are there")
    }
    return Record(kind: prefix[0], content: content, checkBefore: checkBefore)
  }

  /// Goes to the file's end: what is lost, and whether the file ends as a finished one does.
  func loss(_ what: String) throws(RecordFailure) -> (loss: McapLoss, isFinished: Bool) {
    var last: [UInt8] = []
    while case let part = try read(1 << 16), !part.isEmpty {
      last = Array((last + part).suffix(Mcap.magic.count))
    }
    let loss = McapLoss(offset: start, bytes: position - start, what: what)
    return (loss, last == Mcap.magic)
  }

  /// At most this many; fewer at the end.
  private func read(_ count: UInt64) throws(RecordFailure) -> [UInt8] {
    var failure: DiskError?
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(count)) { room, filled in
      do throws(DiskError) {
        // SAFETY: the source fills at most `count` bytes of room that outlives the call.
        filled = try source.read(
          into: UnsafeMutableRawBufferPointer(start: room.baseAddress, count: Int(count)))
      } catch { failure = error }
    }
    if let failure { throw .fatal(.disk(failure)) }
    position += UInt64(bytes.count)
    check.add(bytes)
    return bytes
  }
}
