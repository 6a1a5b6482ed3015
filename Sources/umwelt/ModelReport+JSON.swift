// SPDX-License-Identifier: Apache-2.0
import WorldModel

extension ModelReport {
  /// One JSON object.
  var json: String {
    let cost = info.cost
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
    object.add("action_block", info.action.block)
    object.add("encoder", encoderShape)
    object.add("predictor", predictorShape)
    object.add("head", info.head.map(head))
    object.add("parameters", parameters)
    object.add("file_bytes", fileBytes)
    object.add("storage_bytes", storageBytes)
    object.add("isa", isa)
    object.add("encode_mmac", mega(cost.encode), decimals: 6)
    object.add("predict_mmac", mega(cost.predict), decimals: 6)
    object.add("action_mmac", mega(cost.action), decimals: 6)
    object.add("embed_mmac", mega(cost.embed), decimals: 6)
    object.add("plan_mmac", planMMAC, decimals: 6)
    object.add("training", info.training.map(provenance))
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
    case .vit(let shape):
      object.add("kind", "vit")
      object.add("patch", shape.patch)
      object.add("width", shape.width)
      object.add("blocks", shape.blocks)
      object.add("heads", shape.heads)
      object.add("mlp", shape.mlp)
      object.add("projector", shape.projector)
    case .windowMLP(let shape):
      object.add("kind", "window-mlp")
      object.add("window", shape.window)
      object.add("hidden", shape.hidden)
    }
    return object
  }

  private var predictorShape: JSONObject {
    var object = JSONObject()
    switch info.predictor {
    case .residualMLP(let shape):
      object.add("kind", "residual-mlp")
      object.add("hidden", shape.hidden)
      object.add("blocks", shape.blocks)
      object.add("history", shape.history)
      object.add("imu_features", shape.imuFeatures)
    case .adaLNTransformer(let shape):
      object.add("kind", "adaln-transformer")
      object.add("width", shape.width)
      object.add("blocks", shape.blocks)
      object.add("heads", shape.heads)
      object.add("head_width", shape.headWidth)
      object.add("mlp", shape.mlp)
      object.add("history", shape.history)
      object.add("action_features", shape.actionFeatures)
      object.add("action_hidden", shape.actionHidden)
      object.add("projector", shape.projector)
    }
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
    switch training {
    case .run(let run):
      object.add("seed", run.seed)
      object.add("data_sha256", run.dataSHA256)
      object.add("data_episodes", run.dataEpisodes)
      object.add("steps", run.steps)
      object.add("cpu_seconds", exactly: run.cpuSeconds)
      object.add("wall_seconds", exactly: run.wallSeconds)
      object.add("torch", run.torch)
      object.add("command", run.command)
    case .conversion(let conversion):
      object.add("source", conversion.source)
      object.add("sha256", conversion.sha256)
      object.add("command", conversion.command)
    }
    return object
  }
}
