// SPDX-License-Identifier: Apache-2.0
import Quantities
import WorldModel

/// Models of a few hundred random weights, for the simulated boards: whole and quick, not clever.
package struct TinyModel {
  /// How its weights are stored.
  package enum Storage: CaseIterable, Sendable {
    /// As a training exports them without quantising: F32 weights.
    case float
    /// The same with one huge weight in each row: int8 loses the others.
    case floatWithOutliers

    fileprivate var isFloat: Bool { self == .float || self == .floatWithOutliers }
    /// I8 weights and scales.
    case int8
    /// The same with remainders.
    case int8WithRemainder
  }

  private let spec: String
  private let layers: [(name: String, inputs: Int, outputs: Int)]
  private let norms: [(name: String, width: Int)]
  private var position: [Int]?

  package static let latent = 4
  private static let hidden = 8

  /// For sim-balance: an IMU window of two steps to a latent.
  package static func balance(hasHead: Bool = false, hasSurprise: Bool = true) -> TinyModel {
    let window = 2 * (2 * 3 + 1)
    return TinyModel(
      spec: spec(
        board: "sim-balance", stepS: 0.02, frame: "null",
        imu: #"{"axes":["gyro_y","accel_x","accel_z"],"bins":2,"scale":[1,0.3,0.3],"#
          + #""offset":[0,0,9.81]}"#,
        actions: #"["wheels"]"#, scale: "[1]",
        encoder: #"{"kind":"window-mlp","window":2,"hidden":8}"#, hasHead: hasHead,
        hasSurprise: hasSurprise),
      layers: [
        ("encoder.layers.0", window, hidden), ("encoder.layers.1", hidden, hidden),
        ("encoder.layers.2", hidden, latent)
      ] + predictor(actions: 1) + (hasHead ? head : []),
      norms: [("predictor.blocks.0.norm", hidden)])
  }

  /// For sim-rover: 64x64 pictures to a latent.
  package static func rover(hasBlock: Bool = false) -> TinyModel {
    let block = "encoder.blocks.0"
    return TinyModel(
      spec: spec(
        board: "sim-rover", stepS: 0.3,
        frame: #"{"width":64,"height":64,"scale":0.015625,"offset":-2}"#, imu: "null",
        actions: #"["left","right"]"#, scale: "[1,1]",
        encoder: #"{"kind":"patch-transformer","patch":8,"patch_features":4,"width":8,"#
          + #""blocks":\#(hasBlock ? 1 : 0),"heads":1,"mlp_ratio":1,"token_features":4}"#,
        hasHead: false),
      layers: [
        ("encoder.patch", 192, 4), ("encoder.merge", 16, 8), ("encoder.token", 8, 4),
        ("encoder.latent", 64, latent)
      ] + predictor(actions: 2)
        + (hasBlock
          ? [
            ("\(block).qkv", 8, 24), ("\(block).out", 8, 8), ("\(block).up", 8, 8),
            ("\(block).down", 8, 8)
          ] : []),
      norms: [("encoder.norm", 8), ("predictor.blocks.0.norm", hidden)]
        + (hasBlock ? [("\(block).norm1", 8), ("\(block).norm2", 8)] : []),
      position: [16, 8])
  }

  private static let head = [
    ("head.layers.0", latent, hidden), ("head.layers.1", hidden, hidden),
    ("head.layers.2", hidden, 2)
  ]

  private static func predictor(
    actions: Int
  ) -> [(name: String, inputs: Int, outputs: Int)] {
    [
      ("predictor.input", latent + actions, hidden), ("predictor.blocks.0.linear", hidden, hidden),
      ("predictor.output", hidden, latent)
    ]
  }

  private static func spec(
    board: String, stepS: Double, frame: String, imu: String, actions: String, scale: String,
    encoder: String, hasHead: Bool, hasSurprise: Bool = true
  ) -> String {
    #"{"board":"\#(board)","step_s":\#(stepS),"latent":\#(latent),"frame":\#(frame),"#
      + #""imu":\#(imu),"action":{"names":\#(actions),"scale":\#(scale)},"encoder":\#(encoder),"#
      + #""predictor":{"kind":"residual-mlp","hidden":8,"blocks":1,"history":1,"imu_features":0},"#
      + #""head":\#(hasHead ? #"{"hidden":8,"embedding":2}"# : "null"),"#
      + #""surprise":\#(hasSurprise ? surprise : "null"),"#
      + #""training":{"seed":1,"data_sha256":"00","data_episodes":0,"#
      + #""cpu_seconds":0,"wall_seconds":0,"steps":0,"torch":"none","command":"made by a test"}}"#
  }

  private static let surprise =
    #"{"latent_error_p50":0.1,"latent_error_p99":1,"norm_p01":0,"norm_p99":9}"#

  /// The same seed writes the same file.
  package func write(_ path: String, seed: UInt64 = 1, storage: Storage = .int8) throws {
    var random = SeededGenerator(seed: seed, stream: "tiny model")
    let writer = try SafetensorsWriter(
      path: path, tensors: declarations(storage),
      metadata: ["format": ModelInfo.format, "licence": "Apache-2.0", "umwelt": spec])
    func floats(_ count: Int, _ range: ClosedRange<Double>) -> [Float] {
      (0..<count).map { _ in Float(random.uniform(range)) }
    }
    for layer in layers {
      var steps = floats(layer.inputs * layer.outputs, -127...127)
      if storage == .floatWithOutliers {
        for start in stride(from: 0, to: steps.count, by: layer.inputs) { steps[start] = 5000 }
      }
      // Sums of `inputs` weights of this size keep the size of what comes in.
      let size = 1 / (73 * Double(layer.inputs).squareRoot())
      if storage.isFloat {
        try writer.write("\(layer.name).weight", at: 0, steps.map { $0 * Float(size) })
      } else {
        try writer.write("\(layer.name).weight", at: 0, int8s: steps.map { Int8($0) })
        let scale = [Float](repeating: Float(size), count: layer.outputs)
        try writer.write("\(layer.name).scale", at: 0, scale)
      }
      if storage == .int8WithRemainder {
        let rest = steps.map { Int8(($0 - Float(Int8($0))) * 127) }
        try writer.write("\(layer.name).remainder", at: 0, int8s: rest)
      }
      try writer.write("\(layer.name).bias", at: 0, floats(layer.outputs, -0.1...0.1))
    }
    for norm in norms {
      try writer.write("\(norm.name).gain", at: 0, floats(norm.width, 1...1))
      try writer.write("\(norm.name).bias", at: 0, floats(norm.width, 0...0))
    }
    if let position {
      try writer.write("encoder.position", at: 0, floats(position.reduce(1, *), -0.1...0.1))
    }
    try writer.finish()
  }

  private func declarations(_ storage: Storage) -> [SafetensorsWriter.Declaration] {
    var tensors: [SafetensorsWriter.Declaration] = []
    for layer in layers {
      let shape = [layer.outputs, layer.inputs]
      tensors.append(.init("\(layer.name).weight", storage.isFloat ? .f32 : .i8, shape: shape))
      tensors.append(.init("\(layer.name).bias", .f32, shape: [layer.outputs]))
      if storage.isFloat { continue }
      tensors.append(.init("\(layer.name).scale", .f32, shape: [layer.outputs]))
      if storage == .int8 { continue }
      tensors.append(.init("\(layer.name).remainder", .i8, shape: shape))
    }
    for norm in norms {
      tensors += ["gain", "bias"].map { .init("\(norm.name).\($0)", .f32, shape: [norm.width]) }
    }
    if let position { tensors.append(.init("encoder.position", .f32, shape: position)) }
    return tensors
  }
}
