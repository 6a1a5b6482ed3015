// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Codecs
import Recorder

/// `umwelt log`: what is in a recording.
struct LogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log", abstract: "Look into a recording.",
    subcommands: [LogSummaryCommand.self, LogPlotCommand.self])
}

struct LogSummaryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summary",
    abstract: "How long it is, what was recorded, what the robot's states were, what went wrong.")

  @Argument(help: "What `umwelt run --record` wrote; its first file where there are several.")
  var file: String
  @Flag(help: "One JSON object on standard output.") var json = false

  func run() throws {
    let summary = try LogSummary(path: file)
    print(json ? summary.json : summary.text)
  }
}

struct LogPlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot", abstract: "Draw numbers of a recording over time.",
    discussion: """
      A number is named by its topic and its way in the message: /imu.gyro_rad_s.z; an end that is \
      missing means all numbers there: /command.set_points. `umwelt log summary` lists the topics.
      """)

  @Argument(help: "What `umwelt run --record` wrote; its first file where there are several.")
  var file: String
  @Argument(help: "What to draw; commands, speed, tilt and decisions where nothing is named.")
  var names: [String] = []
  @Option(help: "Also write a picture to this file.") var png: String?

  private static let usual = [
    "/command.set_points", "/senses.speed_m_s", "/senses.tilt_rad", "/decision.goal_distance",
    "/decision.surprise", "/decision.think_s"
  ]

  func run() throws {
    let summary = try LogSummary(path: file)
    let columns = max(20, Terminal.size.columns - 46)
    let wanted = names.isEmpty ? Self.usual : names
    let series = try LogSeries.read(summary, names: wanted, columns: columns)
    guard !series.isEmpty else {
      let topics = summary.channels.map(\.topic).joined(separator: ", ")
      throw ValidationError(
        "\(file): nothing is called \(wanted.joined(separator: ", ")); it has \(topics).")
    }
    print(LogPlot(series, durationS: summary.durationS).text)
    if let png {
      let wide = try LogSeries.read(summary, names: wanted, columns: LogPlot.pictureWidth)
      try LogPlot(wide, durationS: summary.durationS).picture.write(png: png)
    }
  }
}

extension LogSummary {
  var text: String {
    var lines = [
      "\(files.joined(separator: ", ")): \(fixed(durationS, 1)) s, \(chunks) chunks",
      table(
        [["topic", "messages", "Hz", "schema"]]
          + channels.map { channel in
            [
              channel.topic, "\(channel.messages)", channel.rateHz.map { fixed($0, 1) } ?? "-",
              channel.schema
            ]
          })
    ]
    if !attachments.isEmpty { lines.append("attached: \(attachments.joined(separator: ", "))") }
    for (name, values) in metadata.sorted(by: { $0.key < $1.key }) {
      let words = values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      lines.append("\(name): \(words.joined(separator: ", "))")
    }
    lines.append("\(decisions) decisions, the longest took \(fixed(longestThoughtS * 1e3, 1)) ms")
    lines += states.map { "\(fixed($0.atS, 2).padded(to: 8)) \($0.text)" }
    if let first = faults.first {
      lines.append("first fault at \(fixed(first.atS, 2)) s: \(first.text) (\(faults.count) in all)")
    }
    for (thread, count) in dropped.sorted(by: { $0.key < $1.key }) {
      lines.append("dropped: \(count) messages of the thread \(thread)")
    }
    return (lines + losses).joined(separator: "\n")
  }

  var json: String {
    var object = JSONObject()
    object.add("files", files)
    object.add("duration_s", durationS, decimals: 3)
    object.add("chunks", chunks)
    object.add(
      "topics",
      channels.map { channel in
        var one = JSONObject()
        one.add("topic", channel.topic)
        one.add("messages", channel.messages)
        one.add("rate_hz", channel.rateHz ?? .nan, decimals: 2)
        return one
      })
    object.add("attachments", attachments)
    object.add("decisions", decisions)
    object.add("longest_thought_s", longestThoughtS, decimals: 4)
    object.add("states", states.map(Self.event))
    object.add("faults", faults.map(Self.event))
    object.add("dropped", dropped.values.reduce(0, +))
    object.add("losses", losses)
    return object.text
  }

  private static func event(_ event: Event) -> JSONObject {
    var object = JSONObject()
    object.add("at_s", event.atS, decimals: 3)
    object.add("text", event.text)
    return object
  }
}
