// SPDX-License-Identifier: Apache-2.0
import Codecs

/// Goes through a record's content field by field.
struct RecordCursor {
  /// What is wrong with the bytes.
  struct Damage: Error {
    var reason: McapError.Reason

    init(_ reason: McapError.Reason) { self.reason = reason }
    init(what: String) { reason = .damaged(what) }
  }

  private let bytes: ArraySlice<UInt8>
  private(set) var at: Int

  init(_ bytes: ArraySlice<UInt8>) { (self.bytes, at) = (bytes, bytes.startIndex) }

  var isAtEnd: Bool { at == bytes.endIndex }

  mutating func integer<Value: FixedWidthInteger>(_: Value.Type = Value.self) throws(Damage)
    -> Value
  {
    let size = MemoryLayout<Value>.size
    let part = try slice(UInt64(size))
    var value: Value = 0
    for byte in part.reversed() { value = value << 8 | Value(truncatingIfNeeded: byte) }
    return value
  }

  mutating func slice(_ count: UInt64) throws(Damage) -> ArraySlice<UInt8> {
    guard count <= UInt64(bytes.endIndex - at) else {
      throw Damage(what: "a field of \(count) bytes where \(bytes.endIndex - at) are left")
    }
    defer { at += Int(count) }
    return bytes[at..<at + Int(count)]
  }

  mutating func rest() -> ArraySlice<UInt8> {
    defer { at = bytes.endIndex }
    return bytes[at...]
  }

  mutating func text() throws(Damage) -> String {
    let count = try integer(UInt32.self)
    let part = try slice(UInt64(count))
    guard let text = String(validating: part, as: UTF8.self) else {
      throw Damage(what: "a text that is not UTF-8")
    }
    return text
  }

  mutating func texts() throws(Damage) -> [String: String] {
    let count = try integer(UInt32.self)
    var list = RecordCursor(try slice(UInt64(count)))
    var values: [String: String] = [:]
    while !list.isAtEnd {
      let key = try list.text()
      values[key] = try list.text()
    }
    return values
  }

  mutating func counts() throws(Damage) -> [UInt16: UInt64] {
    let count = try integer(UInt32.self)
    var list = RecordCursor(try slice(UInt64(count)))
    var values: [UInt16: UInt64] = [:]
    while !list.isAtEnd {
      let key = try list.integer(UInt16.self)
      values[key] = try list.integer(UInt64.self)
    }
    return values
  }
}

extension RecordCursor {
  mutating func schema() throws(Damage) -> McapSchema {
    let id = try integer(UInt16.self)
    let (name, encoding) = (try text(), try text())
    let count = try integer(UInt32.self)
    return McapSchema(
      id: id, name: name, encoding: encoding, text: Array(try slice(UInt64(count))))
  }

  mutating func channel() throws(Damage) -> McapChannel {
    let id = try integer(UInt16.self)
    let schema = try integer(UInt16.self)
    let channel = McapChannel(
      id: id, schema: schema, topic: try text(), encoding: try text())
    _ = try texts()
    return channel
  }

  mutating func message() throws(Damage) -> McapMessage {
    let channel = try integer(UInt16.self)
    let sequence = try integer(UInt32.self)
    let timeNs = try integer(UInt64.self)
    _ = try integer(UInt64.self)
    return McapMessage(
      channel: channel, sequence: sequence, timeNs: timeNs, data: Array(rest()))
  }

  mutating func attachment() throws(Damage) -> McapAttachment {
    let start = at
    let timeNs = try integer(UInt64.self)
    _ = try integer(UInt64.self)
    let (name, mediaType) = (try text(), try text())
    let count = try integer(UInt64.self)
    let data = try slice(count)
    let found = CRC32(bytes[start..<at]).value
    let stated = try integer(UInt32.self)
    guard stated == 0 || stated == found else {
      throw Damage(what: "the check of the attachment \"\(name)\" is wrong")
    }
    return McapAttachment(name: name, mediaType: mediaType, timeNs: timeNs, data: Array(data))
  }

  mutating func metadata() throws(Damage) -> McapMetadata {
    McapMetadata(name: try text(), values: try texts())
  }

  mutating func statistics() throws(Damage) -> McapStatistics {
    var found = McapStatistics()
    found.messages = try integer()
    found.schemas = try integer()
    found.channels = try integer()
    found.attachments = try integer()
    found.metadata = try integer()
    found.chunks = try integer()
    found.startNs = try integer()
    found.endNs = try integer()
    found.messagesOfChannel = try counts()
    return found
  }
}
