// SPDX-License-Identifier: Apache-2.0

/// MCAP, the container that robots' logs come in: https://mcap.dev/spec.
///
/// ```
/// magic Header [Schema Channel]… Attachment… (Chunk MessageIndex…)… DataEnd
///       [Schema… Channel… ChunkIndex… AttachmentIndex… Statistics] [SummaryOffset…] Footer magic
/// ```
/// Each record: one byte of kind, eight of length, the content. Little endian.
package enum Mcap {
  package static let magic: [UInt8] = [0x89, 0x4D, 0x43, 0x41, 0x50, 0x30, 0x0D, 0x0A]
  /// Kind and length in front of a record's content.
  static let prefixBytes = 9
  /// A footer's content.
  static let footerBytes: UInt64 = 20

  /// The kinds of records, by the specification's "op".
  package enum Kind: UInt8 {
    case header = 0x01
    case footer = 0x02
    case schema = 0x03
    case channel = 0x04
    case message = 0x05
    case chunk = 0x06
    case messageIndex = 0x07
    case chunkIndex = 0x08
    case attachment = 0x09
    case attachmentIndex = 0x0A
    case statistics = 0x0B
    case metadata = 0x0C
    case metadataIndex = 0x0D
    case summaryOffset = 0x0E
    case dataEnd = 0x0F
  }
}

/// What the messages of a channel look like.
public struct McapSchema: Equatable, Sendable {
  /// Not 0.
  public var id: UInt16
  public var name: String
  /// "jsonschema"; empty where there is no text.
  public var encoding: String
  public var text: [UInt8]

  public init(id: UInt16, name: String, encoding: String, text: [UInt8]) {
    (self.id, self.name, self.encoding, self.text) = (id, name, encoding, text)
  }
}

/// A stream of messages on one topic.
public struct McapChannel: Equatable, Sendable {
  public var id: UInt16
  /// 0 where there is none.
  public var schema: UInt16
  public var topic: String
  /// "json"; other words for encodings of one's own.
  public var encoding: String

  public init(id: UInt16, schema: UInt16, topic: String, encoding: String) {
    (self.id, self.schema, self.topic, self.encoding) = (id, schema, topic, encoding)
  }
}

/// One message.
public struct McapMessage: Equatable, Sendable {
  public var channel: UInt16
  /// Counts the channel's messages, those too that were lost before they were written.
  public var sequence: UInt32
  /// Nanoseconds since the file's epoch: see the metadata "recording".
  public var timeNs: UInt64
  public var data: [UInt8]

  public init(channel: UInt16, sequence: UInt32, timeNs: UInt64, data: [UInt8]) {
    (self.channel, self.sequence, self.timeNs, self.data) = (channel, sequence, timeNs, data)
  }
}

/// A whole file inside the log.
public struct McapAttachment: Equatable, Sendable {
  public var name: String
  public var mediaType: String
  public var timeNs: UInt64
  public var data: [UInt8]

  public init(name: String, mediaType: String, timeNs: UInt64 = 0, data: [UInt8]) {
    (self.name, self.mediaType, self.timeNs, self.data) = (name, mediaType, timeNs, data)
  }
}

/// Words about the log.
public struct McapMetadata: Equatable, Sendable {
  public var name: String
  public var values: [String: String]

  public init(name: String, values: [String: String]) { (self.name, self.values) = (name, values) }
}

/// How much is in a file, as its writer counted.
public struct McapStatistics: Equatable, Sendable {
  public var messages: UInt64 = 0
  public var schemas: UInt16 = 0
  public var channels: UInt32 = 0
  public var attachments: UInt32 = 0
  public var metadata: UInt32 = 0
  public var chunks: UInt32 = 0
  public var startNs: UInt64 = 0
  public var endNs: UInt64 = 0
  public var messagesOfChannel: [UInt16: UInt64] = [:]

  public init() {}
}

/// What a reader hands over, in the file's order.
public enum McapItem: Equatable, Sendable {
  case header(profile: String, library: String)
  case schema(McapSchema)
  case channel(McapChannel)
  case message(McapMessage)
  case attachment(McapAttachment)
  case metadata(McapMetadata)
  case statistics(McapStatistics)
}
