// SPDX-License-Identifier: Apache-2.0

/// Everything that a flight recorder keeps. The number is the channel's in every file.
public enum Topic: UInt16, CaseIterable, Sendable {
  case imu = 1
  case pose, senses, decision, command, log, frame, tick, drops
  /// What came to the thread that has the body, and to the mind's: see `Tape`.
  case tape, mindTape

  /// Its name in the file.
  public var path: String {
    switch self {
    case .imu: "/imu"
    case .pose: "/tf"
    case .senses: "/senses"
    case .decision: "/decision"
    case .command: "/command"
    case .log: "/log"
    case .frame: "/camera"
    case .tick: "/tick"
    case .drops: "/recorder/drops"
    case .tape: "/tape/body"
    case .mindTape: "/tape/mind"
    }
  }

  /// Whether it is bytes that only a replay understands.
  public var isTape: Bool {
    switch self {
    case .tape, .mindTape: true
    default: false
    }
  }

  /// "json", or our own.
  public var encoding: String { isTape ? TapeBuffer.encoding : "json" }

  var channel: McapChannel {
    McapChannel(id: rawValue, schema: isTape ? 0 : rawValue, topic: path, encoding: encoding)
  }

  /// Its schema's name, and its fields as JSON Schema; nil for a tape.
  var schema: McapSchema? {
    guard let (name, fields) = shape else { return nil }
    let text = "{\"title\": \"\(name)\", \"type\": \"object\", \"properties\": {\(fields)}}"
    return McapSchema(id: rawValue, name: name, encoding: "jsonschema", text: Array(text.utf8))
  }

  private var shape: (name: String, fields: String)? {
    switch self {
    case .imu: ("umwelt.Imu", JSONShape.imu)
    case .pose: ("foxglove.FrameTransform", JSONShape.frameTransform)
    case .senses: ("umwelt.Senses", JSONShape.senses)
    case .decision: ("umwelt.Decision", JSONShape.decision)
    case .command: ("umwelt.Command", JSONShape.command)
    case .log: ("foxglove.Log", JSONShape.log)
    case .frame: ("foxglove.RawImage", JSONShape.rawImage)
    case .tick: ("umwelt.Tick", JSONShape.tick)
    case .drops: ("umwelt.Drops", JSONShape.drops)
    case .tape, .mindTape: nil
    }
  }

  /// The topic of this name in a file.
  public init?(path: String) {
    guard let found = Self.allCases.first(where: { $0.path == path }) else { return nil }
    self = found
  }
}

/// The fields of the topics in JSON Schema, as far as Foxglove and people need them.
///
/// Source: the schemas of docs.foxglove.dev/docs/sdk/schemas for those whose names begin so.
private enum JSONShape {
  static let time =
    object("\"sec\": {\"type\": \"integer\"}, \"nsec\": {\"type\": \"integer\"}")
  static let vector = object(numbers("x", "y", "z"))
  static let nullable = "{\"type\": [\"number\", \"null\"]}"

  static let imu =
    "\"gyro_rad_s\": \(vector), \"accel_m_s2\": \(vector)"
  static let frameTransform =
    "\"timestamp\": \(time), \"parent_frame_id\": {\"type\": \"string\"}, "
    + "\"child_frame_id\": {\"type\": \"string\"}, \"translation\": \(vector), "
    + "\"rotation\": \(object(numbers("x", "y", "z", "w")))"
  static let senses =
    [
      "imu_age_s", "frame_age_s", "tilt_rad", "speed_m_s", "x_m", "y_m", "surprise", "plan_share",
      "temperature_c", "supply_margin_v", "nearest_m"
    ].map { "\"\($0)\": \(nullable)" }.joined(separator: ", ")
    + ", \"bus_errors\": {\"type\": \"integer\"}, \"is_stop_pressed\": {\"type\": \"boolean\"}"
  static let decision =
    "\"action\": \(list), \"goal_distance\": \(nullable), \"surprise\": \(nullable), "
    + "\"imagined\": {\"type\": \"integer\"}, \"think_s\": {\"type\": \"number\"}, "
    + "\"is_holding\": {\"type\": \"boolean\"}, \"is_recovering\": {\"type\": \"boolean\"}"
  static let command =
    "\"set_points\": \(list), \"is_enabled\": {\"type\": \"boolean\"}, "
    + "\"state\": {\"type\": \"string\"}"
  static let log =
    "\"timestamp\": \(time), \"level\": {\"type\": \"integer\"}, "
    + "\"message\": {\"type\": \"string\"}, \"name\": {\"type\": \"string\"}, "
    + "\"file\": {\"type\": \"string\"}, \"line\": {\"type\": \"integer\"}"
  static let rawImage =
    "\"timestamp\": \(time), \"frame_id\": {\"type\": \"string\"}, "
    + "\"width\": {\"type\": \"integer\"}, \"height\": {\"type\": \"integer\"}, "
    + "\"encoding\": {\"type\": \"string\"}, \"step\": {\"type\": \"integer\"}, "
    + "\"data\": {\"type\": \"string\", \"contentEncoding\": \"base64\"}"
  static let tick =
    "\"tick\": {\"type\": \"integer\"}, \"late_ms\": {\"type\": \"number\"}, "
    + "\"work_ms\": {\"type\": \"number\"}, \"missed\": {\"type\": \"integer\"}"
  static let drops =
    "\"thread\": {\"type\": \"string\"}, \"dropped\": {\"type\": \"integer\"}, "
    + "\"total\": {\"type\": \"integer\"}"

  private static let list = "{\"type\": \"array\", \"items\": {\"type\": \"number\"}}"

  private static func object(_ fields: String) -> String {
    "{\"type\": \"object\", \"properties\": {\(fields)}}"
  }

  private static func numbers(_ names: String...) -> String {
    names.map { "\"\($0)\": {\"type\": \"number\"}" }.joined(separator: ", ")
  }
}
