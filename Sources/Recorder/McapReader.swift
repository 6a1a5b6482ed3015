// SPDX-License-Identifier: Apache-2.0
import Codecs

/// Reads an MCAP file from its beginning to its end, a record or a chunk in memory at a time.
///
/// A file that was cut off (kill, power) is read as far as it is whole; `loss` says what is not
/// there. In a file that was finished, the same damage is an error. Thread: one owner.
public final class McapReader {
  /// The most bytes a record may have, packed or not: own choice, 60 times a chunk of our own.
  public static let usualLimit: UInt64 = 16 << 20

  /// Set when `next` has returned nil: what the end of the file lacks, nil when it is whole.
  public private(set) var loss: McapLoss?
  /// Whole chunks read so far.
  public private(set) var chunks = 0

  private let input: RecordInput
  /// Messages of the chunk that was read last, the next one last.
  private var pending: [McapItem] = []
  private var knownChannels: Set<UInt16> = []
  private var knownSchemas: Set<UInt16> = [0]
  private var isInSummary = false
  private var isOver = false

  /// - Parameter limit: the most bytes of one record, which is what the reader may keep.
  /// Throws: when it is not an MCAP file.
  public init(_ source: any ByteSource, limit: UInt64 = McapReader.usualLimit) throws(McapError) {
    input = RecordInput(source, limit: limit)
    let isMcap: Bool
    do throws(RecordFailure) { isMcap = try input.takeMagic() } catch { throw input.error(error) }
    guard isMcap else { throw input.error(.notMcap) }
  }

  /// Of a file.
  public convenience init(path: String) throws(McapError) {
    let source: FileSource
    do throws(DiskError) { source = try FileSource(path) } catch {
      throw McapError(path: path, offset: 0, reason: .disk(error))
    }
    try self.init(source)
  }

  /// The next item, nil at the end.
  ///
  /// Throws: `damaged` only where the file was finished, so that somebody changed it since.
  public func next() throws(McapError) -> McapItem? {
    while true {
      if let item = pending.popLast() { return item }
      if isOver { return nil }
      do throws(RecordFailure) {
        if let item = try take() { return item }
      } catch {
        try end(error)
        return nil
      }
    }
  }

  /// Reads a record; nil where it holds no item of its own.
  private func take() throws(RecordFailure) -> McapItem? {
    let record = try input.next()
    guard let kind = Mcap.Kind(rawValue: record.kind) else {
      // The specification's own for later and those of applications are passed over; 0 is none.
      if record.kind == 0 { throw .wrong(.damaged("a record of kind 0")) }
      return nil
    }
    switch kind {
    case .chunk: pending = try unpack(record).reversed()
    case .footer:
      guard try input.takeMagic() else { throw .cutOff("its last bytes are missing") }
      isOver = true
    default:
      return try decoded { () throws(RecordCursor.Damage) in try item(kind, record) }
    }
    return nil
  }

  private func item(
    _ kind: Mcap.Kind, _ record: RecordInput.Record
  ) throws(RecordCursor.Damage) -> McapItem? {
    var cursor = RecordCursor(record.content[...])
    switch kind {
    case .header: return .header(profile: try cursor.text(), library: try cursor.text())
    case .schema, .channel: return isInSummary ? nil : try definition(kind, &cursor)
    case .message: return .message(try known(cursor.message()))
    case .attachment: return .attachment(try cursor.attachment())
    case .metadata: return .metadata(try cursor.metadata())
    case .statistics: return .statistics(try cursor.statistics())
    case .dataEnd:
      let stated = try cursor.integer(UInt32.self)
      guard stated == 0 || stated == record.checkBefore else {
        throw RecordCursor.Damage(what: "the check of all the data is wrong")
      }
      isInSummary = true
      return nil
    case .chunk, .footer, .messageIndex, .chunkIndex, .attachmentIndex, .metadataIndex,
      .summaryOffset:
      return nil
    }
  }

  private func definition(
    _ kind: Mcap.Kind, _ cursor: inout RecordCursor
  ) throws(RecordCursor.Damage) -> McapItem {
    if kind == .schema {
      let schema = try cursor.schema()
      knownSchemas.insert(schema.id)
      return .schema(schema)
    }
    let channel = try cursor.channel()
    guard knownSchemas.contains(channel.schema) else {
      throw RecordCursor.Damage(what: "a channel with the unknown schema \(channel.schema)")
    }
    knownChannels.insert(channel.id)
    return .channel(channel)
  }

  private func known(_ message: McapMessage) throws(RecordCursor.Damage) -> McapMessage {
    guard knownChannels.contains(message.channel) else {
      throw RecordCursor.Damage(what: "a message of the unknown channel \(message.channel)")
    }
    return message
  }

  /// What is in a chunk, checked.
  private func unpack(_ record: RecordInput.Record) throws(RecordFailure) -> [McapItem] {
    var cursor = RecordCursor(record.content[...])
    let head = try decoded { () throws(RecordCursor.Damage) in try ChunkHead(&cursor) }
    let items = try decoded { () throws(RecordCursor.Damage) in
      var records = RecordCursor(try head.unpack(limit: input.limit)[...])
      var items: [McapItem] = []
      while !records.isAtEnd {
        let kind = Mcap.Kind(rawValue: try records.integer(UInt8.self))
        var content = RecordCursor(try records.slice(try records.integer(UInt64.self)))
        switch kind {
        case .schema?: items.append(try definition(.schema, &content))
        case .channel?: items.append(try definition(.channel, &content))
        case .message?: items.append(.message(try known(content.message())))
        default: break
        }
      }
      return items
    }
    chunks += 1
    return items
  }

  private func decoded<Value>(
    _ work: () throws(RecordCursor.Damage) -> Value
  ) throws(RecordFailure) -> Value {
    do throws(RecordCursor.Damage) { return try work() } catch { throw .wrong(error.reason) }
  }

  /// The end of what can be read: a loss where the file just stops, an error where it was finished.
  private func end(_ failure: RecordFailure) throws(McapError) {
    isOver = true
    pending = []
    let what: String
    switch failure {
    case .fatal(let reason): throw input.error(reason)
    case .cutOff(let words): what = words
    case .wrong(let reason): what = reason.words
    }
    let end: (loss: McapLoss, isFinished: Bool)
    do throws(RecordFailure) { end = try input.loss(what) } catch { throw input.error(error) }
    // A power cut may keep a file's length but not its bytes: without an end, that is a loss.
    if end.isFinished, case .wrong(let reason) = failure { throw input.error(reason) }
    loss = end.loss
  }
}

/// What stands before a chunk's records.
private struct ChunkHead {
  let size: UInt64
  let check: UInt32
  let compression: String
  let packed: ArraySlice<UInt8>

  init(_ cursor: inout RecordCursor) throws(RecordCursor.Damage) {
    for _ in 0..<2 { _ = try cursor.integer(UInt64.self) }  // from when to when
    size = try cursor.integer()
    check = try cursor.integer()
    compression = try cursor.text()
    packed = try cursor.slice(try cursor.integer())
  }

  /// The chunk's records.
  func unpack(limit: UInt64) throws(RecordCursor.Damage) -> [UInt8] {
    guard size <= limit else {
      throw RecordCursor.Damage(.tooLarge(bytes: size, limit: limit))
    }
    let bytes: [UInt8]
    switch compression {
    case "": bytes = Array(packed)
    case "lz4":
      let most = UInt64(packed.count) * LZ4Frame.mostRatio
      guard size <= most, let unpacked = LZ4Frame.unpack(packed, count: Int(size)) else {
        throw RecordCursor.Damage(what: "a chunk that cannot be unpacked to its \(size) bytes")
      }
      bytes = unpacked
    default: throw RecordCursor.Damage(.compression(compression))
    }
    guard check == 0 || check == CRC32(bytes).value else {
      throw RecordCursor.Damage(what: "the check of a chunk is wrong")
    }
    return bytes
  }
}

extension RecordInput {
  /// The failure of a file that has no records yet, or no more.
  fileprivate func error(_ failure: RecordFailure) -> McapError {
    switch failure {
    case .fatal(let reason), .wrong(let reason): error(reason)
    case .cutOff(let what): error(.damaged(what))
    }
  }
}
