// SPDX-License-Identifier: Apache-2.0
import Foundation
import Recorder

/// A folder of a test's own, gone with it.
final class TestFolder {
  let path: String

  init() {
    path = NSTemporaryDirectory() + "umwelt-recorder-\(UUID().uuidString)"
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var files: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }

  static func bytes(_ path: String) -> [UInt8] {
    FileManager.default.contents(atPath: path).map(Array.init) ?? []
  }
}

/// All of a log at once.
struct WholeLog {
  var items: [McapItem] = []
  var loss: McapLoss?
  var chunks = 0

  init(_ source: any ByteSource) throws(McapError) {
    let reader = try McapReader(source)
    while let item = try reader.next() { items.append(item) }
    (loss, chunks) = (reader.loss, reader.chunks)
  }

  init(path: String) throws { try self.init(FileSource(path)) }

  var messages: [McapMessage] {
    items.compactMap { if case .message(let message) = $0 { message } else { nil } }
  }

  func texts(_ topic: Topic) -> [String] {
    messages.filter { $0.channel == topic.rawValue }.map { String(decoding: $0.data, as: UTF8.self) }
  }

  var attachments: [McapAttachment] {
    items.compactMap { if case .attachment(let found) = $0 { found } else { nil } }
  }

  var statistics: McapStatistics? {
    items.lazy.compactMap { if case .statistics(let found) = $0 { found } else { nil } }.first
  }
}
