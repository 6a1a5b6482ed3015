// SPDX-License-Identifier: Apache-2.0

/// One number of a log over time, in as many steps as there are columns to draw it in.
public struct LogSeries: Equatable, Sendable {
  /// `/senses.tilt_rad`: a topic and the way to the number.
  public var name: String
  /// Least and most of each step; nil where there is none.
  public private(set) var steps: [ClosedRange<Double>?]
  public private(set) var count = 0
  /// Least and most of all.
  public private(set) var range: ClosedRange<Double>?
  public private(set) var last: Double?

  public init(name: String, columns: Int) {
    self.name = name
    steps = [ClosedRange<Double>?](repeating: nil, count: columns)
  }

  mutating func add(_ value: Double, at share: Double) {
    let column = min(Int(min(max(share, 0), 1) * Double(steps.count)), steps.count - 1)
    steps[column] = Self.widen(steps[column], value)
    range = Self.widen(range, value)
    (count, last) = (count + 1, value)
  }

  private static func widen(
    _ range: ClosedRange<Double>?, _ value: Double
  ) -> ClosedRange<Double> {
    guard let range else { return value...value }
    return min(range.lowerBound, value)...max(range.upperBound, value)
  }

  /// Reads series from a recording.
  ///
  /// - Parameters:
  ///   - summary: of the same recording, for its beginning and end.
  ///   - names: which; a name may end early (`/imu`): then all numbers under it.
  public static func read(
    _ summary: LogSummary, names: [String], columns: Int
  ) throws(McapError) -> [LogSeries] {
    var found: [String: LogSeries] = [:]
    let lengthNs = Double(max(summary.endNs &- summary.startNs, 1))
    for file in summary.files {
      let reader = try McapReader(path: file)
      var topics: [UInt16: String] = [:]
      while let item = try reader.next() {
        if case .channel(let channel) = item, channel.encoding == "json" {
          let isWanted = names.contains {
            covers($0, channel.topic) || covers(channel.topic, $0)
          }
          if isWanted { topics[channel.id] = channel.topic }
        }
        guard case .message(let message) = item, let topic = topics[message.channel],
          let fields = JSONFields(message.data)
        else { continue }
        let share = Double(message.timeNs &- summary.startNs) / lengthNs
        for (path, value) in fields.numbers {
          let name = "\(topic).\(path)"
          guard value.isFinite, names.contains(where: { covers($0, name) }) else { continue }
          found[name, default: LogSeries(name: name, columns: columns)].add(value, at: share)
        }
      }
    }
    return names.flatMap { wanted in
      found.values.filter { covers(wanted, $0.name) }.sorted { $0.name < $1.name }
    }
  }

  /// Whether `name` is, or lies under, `wanted`.
  private static func covers(_ wanted: String, _ name: String) -> Bool {
    name == wanted || name.hasPrefix(wanted + ".")
  }
}
