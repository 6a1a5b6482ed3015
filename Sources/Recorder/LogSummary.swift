// SPDX-License-Identifier: Apache-2.0

/// What is in a recording, all its files together.
public struct LogSummary: Equatable, Sendable {
  /// A topic's messages.
  public struct Channel: Equatable, Sendable {
    public var topic: String
    public var schema: String
    public var messages = 0
    public var firstNs: UInt64 = .max
    public var lastNs: UInt64 = 0

    /// Messages a second; nil for fewer than two.
    public var rateHz: Double? {
      guard messages > 1, lastNs > firstNs else { return nil }
      return Double(messages - 1) / (Double(lastNs - firstNs) * 1e-9)
    }
  }

  /// Something that was said at a time, in seconds since the first message.
  public struct Event: Equatable, Sendable {
    public var atS: Double
    public var text: String
  }

  public private(set) var files: [String] = []
  public private(set) var channels: [Channel] = []
  public private(set) var attachments: [String] = []
  public private(set) var metadata: [String: [String: String]] = [:]
  public private(set) var chunks = 0
  /// Messages that found no room, by thread.
  public private(set) var dropped: [String: Int] = [:]
  /// What the gate's state was, and from when on.
  public private(set) var states: [Event] = []
  /// What was logged, warnings and worse.
  public private(set) var faults: [Event] = []
  /// Decisions, and how long they took at most.
  public private(set) var decisions = 0
  public private(set) var longestThoughtS = 0.0
  /// What is missing at the end of each file that was cut off.
  public private(set) var losses: [String] = []
  public private(set) var startNs: UInt64 = .max
  public private(set) var endNs: UInt64 = 0

  public var durationS: Double { endNs > startNs ? Double(endNs - startNs) * 1e-9 : 0 }

  /// - Parameter path: a recording's first file, or any one file.
  public init(path: String) throws(McapError) {
    files = RecordingFiles.paths(of: path)
    var byID: [UInt16: Int] = [:]
    var schemas: [UInt16: String] = [:]
    for file in files {
      let reader = try McapReader(path: file)
      while let item = try reader.next() {
        switch item {
        case .schema(let schema): schemas[schema.id] = schema.name
        case .channel(let channel):
          if byID[channel.id] == nil {
            byID[channel.id] = channels.count
            channels.append(
              Channel(topic: channel.topic, schema: schemas[channel.schema] ?? channel.encoding))
          }
        case .message(let message):
          if let index = byID[message.channel] { add(message, to: index) }
        case .attachment(let found):
          if !attachments.contains(found.name) { attachments.append(found.name) }
        case .metadata(let found): metadata[found.name] = found.values
        case .header, .statistics: break
        }
      }
      chunks += reader.chunks
      if let loss = reader.loss { losses.append("\(file): \(loss)") }
    }
    channels.removeAll { $0.messages == 0 }
  }

  private mutating func add(_ message: McapMessage, to index: Int) {
    channels[index].messages += 1
    channels[index].firstNs = min(channels[index].firstNs, message.timeNs)
    channels[index].lastNs = max(channels[index].lastNs, message.timeNs)
    (startNs, endNs) = (min(startNs, message.timeNs), max(endNs, message.timeNs))
    let topic = Topic(path: channels[index].topic)
    guard topic == .command || topic == .log || topic == .drops || topic == .decision,
      let fields = JSONFields(message.data)
    else { return }
    let atS = Double(message.timeNs - startNs) * 1e-9
    switch topic {
    case .command:
      let state = fields.texts["state"] ?? ""
      if state != states.last?.text { states.append(Event(atS: atS, text: state)) }
    case .log:
      let text = fields.texts["message"] ?? ""
      if fields.numbers["level"] ?? 0 >= 3 { faults.append(Event(atS: atS, text: text)) }
    case .drops:
      dropped[fields.texts["thread"] ?? "?", default: 0] += Int(exactly: fields.numbers["dropped"] ?? 0) ?? 0
    default:
      decisions += 1
      longestThoughtS = max(longestThoughtS, fields.numbers["think_s"] ?? 0)
    }
  }
}

/// The files of a recording.
public enum RecordingFiles {
  /// In their order: the first, and those beside it with a number; the first may be gone, to make
  /// room. A path without any file is given back, for whoever opens it to say so.
  public static func paths(of path: String) -> [String] {
    let all = SegmentFiles.paths(of: path)
    return all.count > 1 && !SegmentFiles.exists(path) ? Array(all.dropFirst()) : all
  }
}
