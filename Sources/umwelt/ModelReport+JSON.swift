// SPDX-License-Identifier: Apache-2.0
import WorldModel

extension ModelReport {
  /// One JSON object.
  var json: String {
    let (cost, training) = (info.cost, info.training)
    var object = JSONObject()
    object.add("file", path)
    object.add("format", ModelInfo.format)
    object.add("licence", licence)
    object.add("board", info.board)
    object.add("step_s", exactly: info.stepS)
    object.add("latent", info.latent)
    object.add("frame", info.frame.map(frame))
    object.add("imu_axes", info.imu?.axes.map(\.name) ?? [])
    object.add("imu_bins", info.imu?.bins ?? 0)
    object.add("actions", info.action.names)
    object.add("encoder", encoderShape)
    object.add("predictor", predictorShape)
    object.add("head", info.head.map(head))
    object.add("parameters", parameters)
    object.add("file_bytes", fileBytes)
    object.add("storage_bytes", storageBytes)
    object.add("isa", isa)
    object.add("encode_mmac", mega(cost.encode), decimals: 6)
    object.add("predict_mmac", mega(cost.predict), decimals: 6)
    object.add("embed_mmac", mega(cost.embed), decimals: 6)
    object.add("plan_mmac", planMMAC, decimals: 6)
    object.add("training", provenance(training))
    return object.text
  }

  private func frame(_ frame: ModelInfo.Frame) -> JSONObject {
    var object = JSONObject()
    object.add("width", frame.width)
    object.add("height", frame.height)
    return object
  }

  private var encoderShape: JSONObject {
    var object = JSONObject()
    switch info.encoder {
    case .patchTransformer(let shape):
      object.add("kind", "patch-transformer")
      object.add("patch", shape.patch)
      object.add("patch_features", shape.patchFeatures)
      object.add("width", shape.width)
      object.add("blocks", shape.blocks)
      object.add("heads", shape.heads)
      object.add("mlp_ratio", shape.mlpRatio)
      object.add("token_features", shape.tokenFeatures)
    case .windowMLP(let shape):
      object.add("kind", "window-mlp")
      object.add("window", shape.window)
      object.add("hidden", shape.hidden)
    }
    return object
  }

  private var predictorShape: JSONObject {
    var object = JSONObject()
    object.add("kind", "residual-mlp")
    object.add("hidden", info.predictor.hidden)
    object.add("blocks", info.predictor.blocks)
    object.add("history", info.predictor.history)
    object.add("imu_features", info.predictor.imuFeatures)
    return object
  }

  private func head(_ head: ModelInfo.Head) -> JSONObject {
    var object = JSONObject()
    object.add("hidden", head.hidden)
    object.add("embedding", head.embedding)
    return object
  }

  private func provenance(_ training: ModelInfo.Training) -> JSONObject {
    var object = JSONObject()
    object.add("seed", training.seed)
    object.add("data_sha256", training.dataSHA256)
    object.add("data_episodes", training.dataEpisodes)
    object.add("steps", training.steps)
    object.add("cpu_seconds", exactly: training.cpuSeconds)
    object.add("wall_seconds", exactly: training.wallSeconds)
    object.add("torch", training.torch)
    object.add("command", training.command)
    return object
  }
}
