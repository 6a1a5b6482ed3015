// SPDX-License-Identifier: Apache-2.0
import Codecs

/// Records as MCAP has them in bytes: little endian, texts and lists behind their length.
package struct RecordBytes {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  var count: Int { bytes.count }

  package mutating func clear() { bytes.removeAll(keepingCapacity: true) }

  package mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

  package mutating func add(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  package mutating func add(_ kind: Mcap.Kind) { add(kind.rawValue) }

  package mutating func add(raw more: [UInt8]) { bytes.append(contentsOf: more) }

  package mutating func add(raw more: UnsafeRawBufferPointer) { bytes.append(contentsOf: more) }

  package mutating func add(_ text: String) {
    add(UInt32(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  /// Keys in order, so that the same values are the same bytes.
  package mutating func add(_ values: [String: String]) {
    block {
      for (key, value) in values.sorted(by: { $0.key < $1.key }) {
        $0.add(key)
        $0.add(value)
      }
    }
  }

  package mutating func add(_ values: [UInt16: UInt64]) {
    block {
      for (key, value) in values.sorted(by: { $0.key < $1.key }) {
        $0.add(key)
        $0.add(value)
      }
    }
  }

  /// What `fill` adds, behind four bytes of its length.
  package mutating func block(_ fill: (inout RecordBytes) -> Void) {
    let start = count
    add(UInt32.zero)
    fill(&self)
    put(UInt32(count - start - 4), at: start)
  }

  /// What `fill` adds, as a record.
  package mutating func record(_ kind: Mcap.Kind, _ fill: (inout RecordBytes) -> Void) {
    add(kind)
    let start = count
    add(UInt64.zero)
    fill(&self)
    put(UInt64(count - start - 8), at: start)
  }

  private mutating func put(_ value: some FixedWidthInteger, at start: Int) {
    withUnsafeBytes(of: value.littleEndian) {
      for (i, byte) in $0.enumerated() { bytes[start + i] = byte }
    }
  }
}

extension RecordBytes {
  package mutating func add(_ schema: McapSchema) {
    record(.schema) {
      $0.add(schema.id)
      $0.add(schema.name)
      $0.add(schema.encoding)
      $0.add(UInt32(schema.text.count))
      $0.add(raw: schema.text)
    }
  }

  package mutating func add(_ channel: McapChannel) {
    record(.channel) {
      $0.add(channel.id)
      $0.add(channel.schema)
      $0.add(channel.topic)
      $0.add(channel.encoding)
      $0.add([String: String]())
    }
  }

  package mutating func add(_ metadata: McapMetadata) {
    record(.metadata) {
      $0.add(metadata.name)
      $0.add(metadata.values)
    }
  }

  package mutating func add(_ attachment: McapAttachment) {
    record(.attachment) {
      let start = $0.count
      $0.add(attachment.timeNs)
      $0.add(attachment.timeNs)
      $0.add(attachment.name)
      $0.add(attachment.mediaType)
      $0.add(UInt64(attachment.data.count))
      $0.add(raw: attachment.data)
      $0.add(CRC32($0.bytes[start...]).value)
    }
  }

  package mutating func add(_ statistics: McapStatistics) {
    record(.statistics) {
      $0.add(statistics.messages)
      $0.add(statistics.schemas)
      $0.add(statistics.channels)
      $0.add(statistics.attachments)
      $0.add(statistics.metadata)
      $0.add(statistics.chunks)
      $0.add(statistics.startNs)
      $0.add(statistics.endNs)
      $0.add(statistics.messagesOfChannel)
    }
  }
}
