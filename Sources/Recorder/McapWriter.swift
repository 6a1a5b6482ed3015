// SPDX-License-Identifier: Apache-2.0
import Codecs

/// Writes one MCAP file. What was written is readable at any time, finished or not.
///
/// Thread: one owner.
package final class McapWriter {
  /// Bytes written so far.
  private(set) var position: UInt64 = 0
  private(set) var statistics = McapStatistics()

  private let sink: any ByteSink
  private var data = CRC32()
  private var schemas: [McapSchema] = []
  private var channels: [McapChannel] = []
  private var chunkIndex = RecordBytes()
  private var attachmentIndex = RecordBytes()
  private var metadataIndex = RecordBytes()

  /// Begins the file: its header and all channels that it will have.
  package init(
    to sink: any ByteSink, library: String, schemas: [McapSchema], channels: [McapChannel]
  ) throws(DiskError) {
    (self.sink, self.schemas, self.channels) = (sink, schemas, channels)
    statistics.schemas = UInt16(schemas.count)
    statistics.channels = UInt32(channels.count)
    var start = RecordBytes()
    start.add(raw: Mcap.magic)
    start.record(.header) {
      $0.add("")
      $0.add(library)
    }
    for schema in schemas { start.add(schema) }
    for channel in channels { start.add(channel) }
    try append(start)
  }

  package func write(_ chunk: SealedChunk) throws(DiskError) {
    let start = position
    try append(chunk.bytes)
    chunkIndex.record(.chunkIndex) {
      $0.add(chunk.startNs)
      $0.add(chunk.endNs)
      $0.add(start)
      $0.add(UInt64(chunk.chunkBytes))
      $0.add(chunk.indexOffset.mapValues { start + $0 })
      $0.add(UInt64(chunk.bytes.count - chunk.chunkBytes))
      $0.add(chunk.compression)
      $0.add(UInt64(chunk.packedBytes))
      $0.add(UInt64(chunk.unpackedBytes))
    }
    count(chunk)
  }

  package func write(_ attachment: McapAttachment) throws(DiskError) {
    let start = position
    var record = RecordBytes()
    record.add(attachment)
    try append(record)
    attachmentIndex.record(.attachmentIndex) {
      $0.add(start)
      $0.add(position - start)
      $0.add(attachment.timeNs)
      $0.add(attachment.timeNs)
      $0.add(UInt64(attachment.data.count))
      $0.add(attachment.name)
      $0.add(attachment.mediaType)
    }
    statistics.attachments += 1
  }

  package func write(_ metadata: McapMetadata) throws(DiskError) {
    let start = position
    var record = RecordBytes()
    record.add(metadata)
    try append(record)
    metadataIndex.record(.metadataIndex) {
      $0.add(start)
      $0.add(position - start)
      $0.add(metadata.name)
    }
    statistics.metadata += 1
  }

  func sync() throws(DiskError) { try sink.sync() }

  /// Ends the file: what follows lets a reader find everything from the end.
  package func finish() throws(DiskError) {
    var end = RecordBytes()
    end.record(.dataEnd) { $0.add(data.value) }
    try append(end)
    let start = position
    var summary = RecordBytes()
    let groups = summarise(&summary)
    let offsetsAt = summary.count
    for group in groups {
      summary.record(.summaryOffset) {
        $0.add(group.kind)
        $0.add(start + UInt64(group.range.lowerBound))
        $0.add(UInt64(group.range.count))
      }
    }
    // By hand, because the check is of the footer's own beginning too.
    summary.add(Mcap.Kind.footer)
    summary.add(Mcap.footerBytes)
    summary.add(start)
    summary.add(start + UInt64(offsetsAt))
    summary.add(CRC32(summary.bytes).value)
    summary.add(raw: Mcap.magic)
    try append(summary)
    try sink.sync()
    sink.close()
  }

  /// The summary's records, and where those of each kind are.
  private func summarise(
    _ summary: inout RecordBytes
  ) -> [(kind: Mcap.Kind, range: Range<Int>)] {
    var groups: [(kind: Mcap.Kind, range: Range<Int>)] = []
    func group(_ kind: Mcap.Kind, _ fill: (inout RecordBytes) -> Void) {
      let start = summary.count
      fill(&summary)
      if summary.count > start { groups.append((kind, start..<summary.count)) }
    }
    group(.schema) { for schema in schemas { $0.add(schema) } }
    group(.channel) { for channel in channels { $0.add(channel) } }
    group(.chunkIndex) { $0.add(raw: chunkIndex.bytes) }
    group(.attachmentIndex) { $0.add(raw: attachmentIndex.bytes) }
    group(.metadataIndex) { $0.add(raw: metadataIndex.bytes) }
    group(.statistics) { $0.add(statistics) }
    return groups
  }

  private func count(_ chunk: SealedChunk) {
    statistics.startNs =
      statistics.messages == 0 ? chunk.startNs : min(statistics.startNs, chunk.startNs)
    statistics.endNs = max(statistics.endNs, chunk.endNs)
    statistics.chunks += 1
    for (channel, count) in chunk.messages {
      statistics.messages += count
      statistics.messagesOfChannel[channel, default: 0] += count
    }
  }

  private func append(_ record: RecordBytes) throws(DiskError) { try append(record.bytes) }

  private func append(_ bytes: [UInt8]) throws(DiskError) {
    try sink.append(bytes)
    data.add(bytes)
    position += UInt64(bytes.count)
  }
}
