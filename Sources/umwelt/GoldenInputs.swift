// SPDX-License-Identifier: Apache-2.0
import WorldModel

/// The inputs of a golden file, checked against the model they are for.
struct GoldenInputs {
  /// What the model made of all cases. Shape: values [cases, width].
  struct Output {
    let name: String
    let width: Int
    var values: [Float] = []
  }

  /// Cases.
  let count: Int
  private let info: ModelInfo
  /// Shape: [count, height, width, 3]; or windows [count, windowCount].
  private let frames: [UInt8]
  private let windows: [Float]
  /// Shape: [count, history, latent] and [count, history, action], actions already scaled.
  private let latents, actions: [Float]
  /// Shape: [count, imuFeatures + 1]; the last one tells whether there are any.
  private let imu: [Float]

  init(_ file: Safetensors, info: ModelInfo) throws(ModelError) {
    self.info = info
    let count = max(1, file.tensors["predictor.latents"]?.shape.first ?? 1)
    self.count = count
    let history = info.predictor.history
    latents = try file.floats("predictor.latents", shape: [count, history, info.latent])
    actions = try file.floats("predictor.actions", shape: [count, history, info.action.width])
    let features = info.predictor.imuFeatures
    imu = features == 0 ? [] : try file.floats("predictor.imu", shape: [count, features + 1])
    if let frame = info.frame, info.windowCount == nil {
      let tensor = try file.tensor("frames", .u8, shape: [count, frame.height, frame.width, 3])
      (frames, windows) = (Array(file.bytes(of: tensor)), [])
    } else {
      frames = []
      windows = try file.floats("windows", shape: [count, info.windowCount ?? 0])
    }
  }

  /// Latents of what is seen, predictions, and embeddings of the newest remembered latents.
  ///
  /// Precondition: the model is the one that the inputs were checked against.
  func outputs(of model: WorldModel) -> [Output] {
    precondition(model.info == info, "another model")
    var seen = Output(name: "latents", width: info.latent)
    var predicted = Output(name: "predicted", width: info.latent)
    var embedded = Output(name: "embedded", width: model.embeddingWidth)
    for index in 0..<count {
      seen.values += encode(index, model)
      predicted.values += predict(index, model)
      var embedding = [Float](repeating: 0, count: model.embeddingWidth)
      model.embed(
        rows: 1, latents: Array(row(index, of: latents).suffix(info.latent)), into: &embedding)
      embedded.values += embedding
    }
    return info.head == nil ? [seen, predicted] : [seen, predicted, embedded]
  }

  private func row<Value>(_ index: Int, of values: [Value]) -> [Value] {
    let width = values.count / count
    return Array(values[index * width..<(index + 1) * width])
  }

  private func encode(_ index: Int, _ model: WorldModel) -> [Float] {
    var latent = [Float](repeating: 0, count: info.latent)
    if windows.isEmpty {
      model.encode(frame: row(index, of: frames), into: &latent)
    } else {
      model.encode(window: row(index, of: windows), into: &latent)
    }
    return latent
  }

  private func predict(_ index: Int, _ model: WorldModel) -> [Float] {
    var next = [Float](repeating: 0, count: info.latent)
    let scale = info.action.scale
    let raw = row(index, of: actions).enumerated().map { $1 * scale[$0 % scale.count] }
    let features = row(index, of: imu)
    if features.last == 1 {
      model.predict(
        rows: 1, latents: row(index, of: latents), actions: raw, imu: features, into: &next)
    } else {
      model.predict(rows: 1, latents: row(index, of: latents), actions: raw, imu: nil, into: &next)
    }
    return next
  }
}
