// SPDX-License-Identifier: Apache-2.0
import Board
import WorldModel

/// A data set being written, episode by episode: format "umwelt-episodes/1".
struct EpisodeFile {
  static let format = "umwelt-episodes/1"
  private let writer: SafetensorsWriter

  init(
    path: String, board: BoardDescription, world: BoardDescription.World, episodes: Int, steps: Int,
    seed: UInt64
  ) throws(WriteError) {
    let bins = Episode.bins(world)
    func part(_ name: String, _ type: TensorType, _ axes: Int...) -> SafetensorsWriter.Declaration {
      SafetensorsWriter.Declaration(name, type, shape: [episodes, steps] + axes)
    }
    var tensors = [
      part("imu", .f32, bins, IMUFeatures.binWidth),
      part("actions", .f32, board.actions.count),
      part("truth", .f32, Episode.truthWidth)
    ]
    switch world {
    case .rover:
      tensors.append(part("odometry", .f32, Episode.odometryWidth))
      if let camera = board.camera {
        tensors.append(part("frames", .u8, camera.heightPx, camera.widthPx, 3))
      }
    case .balance:
      tensors += [part("tilt", .f32, Episode.tiltWidth), part("upright", .u8)]
    }
    writer = try SafetensorsWriter(
      path: path, tensors: tensors,
      metadata: [
        "format": Self.format, "board": board.name, "seed": "\(seed)",
        "step_s": "\(board.rates.decisionPeriodS)", "imu_bins": "\(bins)",
        "action_names": board.actions.map(\.name).joined(separator: ",")
      ])
  }

  /// Each episode once, in any order.
  func write(_ episode: Episode, at index: Int) throws(WriteError) {
    for (name, values) in [
      ("imu", episode.imu), ("actions", episode.actions), ("odometry", episode.odometry),
      ("tilt", episode.tilt), ("truth", episode.truth)
    ] where !values.isEmpty {
      try writer.write(name, at: index * values.count, values)
    }
    for (name, values) in [("frames", episode.frames), ("upright", episode.upright)]
    where !values.isEmpty {
      try writer.write(name, at: index * values.count, bytes: values)
    }
  }

  /// Gives the whole file its name.
  func finish() throws(WriteError) { try writer.finish() }
}
