// SPDX-License-Identifier: Apache-2.0
import Board
import Recorder

/// What a recording says of the run, so that it can be had again: as metadata and attachments.
struct RecordedFacts {
  private static let metadata = "run"
  private static let calibration = "calibration.yaml"
  private static let goal = "goal.ppm"
  private static let boardFolder = "board/"

  /// The board's file among the attachments.
  var boardPath = ""
  var planner = PlannerKind.model
  var precision = "int8"
  var seed: UInt64 = 1
  /// The model's file as it was called, and the check of its bytes; nil where there is none.
  var modelPath: String?
  var modelCheck: UInt32?
  /// The mind thought on a thread of its own.
  var isThreaded = false
  var hasGuard = false
  /// A real robot's board on simulated chips.
  var isSimulated = false
  /// The picture to drive to: width, height, pixels.
  var goalPicture: (width: Int, height: Int, rgb: [UInt8])?
  /// Of this robot; nil where it was never calibrated.
  var calibrationText: [UInt8]?
  /// The board's files, by their way from what they have in common.
  var boardFiles: [String: [UInt8]] = [:]

  init() {}

  var metadata: McapMetadata {
    var values = [
      "board": boardPath, "planner": planner.rawValue, "precision": precision, "seed": "\(seed)",
      "mind": isThreaded ? "thread" : "tick", "guard": "\(hasGuard)", "simulate": "\(isSimulated)"
    ]
    values["model"] = modelPath
    values["model_crc32"] = modelCheck.map { "\($0)" }
    return McapMetadata(name: Self.metadata, values: values)
  }

  var attachments: [McapAttachment] {
    var all = boardFiles.sorted { $0.key < $1.key }.map {
      McapAttachment(
        name: Self.boardFolder + $0.key, mediaType: "application/yaml", data: $0.value)
    }
    if let calibrationText {
      all.append(
        McapAttachment(
          name: Self.calibration, mediaType: "application/yaml", data: calibrationText))
    }
    if let goal = goalPicture {
      let head = Array("P6 \(goal.width) \(goal.height) 255\n".utf8)
      all.append(
        McapAttachment(
          name: Self.goal, mediaType: "image/x-portable-pixmap", data: head + goal.rgb))
    }
    return all
  }

  /// The goal as a picture file's bytes.
  private(set) var goalFile: [UInt8]?

  /// What a log says.
  ///
  /// Throws: `ReplayError` when it says nothing of a run.
  init(log path: String) throws {
    var values: [String: String]?
    let reader = try McapReader(path: RecordingFiles.paths(of: path).first ?? path)
    scan: while let item = try reader.next() {
      switch item {
      case .metadata(let found) where found.name == Self.metadata: values = found.values
      case .attachment(let found): take(found)
      case .message: break scan  // all of it stands before the first
      default: break
      }
    }
    guard let values, let kind = values["planner"].flatMap(PlannerKind.init(rawValue:)) else {
      throw ReplayError.noRun(path)
    }
    boardPath = values["board"] ?? ""
    planner = kind
    precision = values["precision"] ?? precision
    seed = values["seed"].flatMap { UInt64($0) } ?? 1
    modelPath = values["model"]
    modelCheck = values["model_crc32"].flatMap { UInt32($0) }
    isThreaded = values["mind"] == "thread"
    hasGuard = values["guard"] == "true"
    isSimulated = values["simulate"] == "true"
  }

  private mutating func take(_ found: McapAttachment) {
    switch found.name {
    case Self.calibration: calibrationText = found.data
    case Self.goal: goalFile = found.data
    case let name where name.hasPrefix(Self.boardFolder):
      boardFiles[String(name.dropFirst(Self.boardFolder.count))] = found.data
    default: break
    }
  }
}
