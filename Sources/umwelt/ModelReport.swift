// SPDX-License-Identifier: Apache-2.0
import Planning
import WorldModel

/// The result of `umwelt model info`.
struct ModelReport {
  let path: String
  let licence: String
  let parameters: Int
  let fileBytes: Int
  let storageBytes: Int
  let isa: String
  let info: ModelInfo
  /// The usual search, which sizes the storage and one plan's cost.
  let planner = PlannerSettings(bounds: [])

  /// Loads the whole model, so that what it says is also true.
  init(path: String) throws(ModelError) {
    let file = try Safetensors(path: path)
    let model = try WorldModel(path: path, maximumRows: planner.candidates)
    self.path = path
    licence = file.metadata["licence"] ?? "not stated"
    parameters = file.parameterCount
    fileBytes = file.tensors.values.map(\.range.upperBound).max() ?? 0
    storageBytes = model.arenaBytes
    isa = model.isa.rawValue
    info = model.info
  }

  var planMMAC: Double {
    mega(
      info.cost.plan(
        candidates: planner.candidates, horizon: planner.horizon, iterations: planner.iterations))
  }

  func mega(_ count: Int) -> Double { Double(count) / 1e6 }

  /// For people.
  var text: String {
    let cost = info.cost
    let size = "\(planner.candidates) x \(planner.horizon) x \(planner.iterations)"
    var rows = [
      ["format", "\(ModelInfo.format), licence \(licence)"],
      ["board", "\(info.board), one step is \(info.stepS) s"],
      ["sees", sees],
      ["acts", acts],
      ["encoder", "\(encoder) -> latent \(info.latent)"],
      ["predictor", predictor],
      ["goal", info.head.map { "\($0.hidden) -> embedding \($0.embedding)" } ?? "between latents"],
      ["parameters", "\(parameters) in a file of \(fileBytes / 1000) kB"]
    ]
    rows.append([
      "storage",
      "\(storageBytes / 1000) kB made at load in one block "
        + "(int8, \(isa), \(planner.candidates) candidates)"
    ])
    rows.append([
      "cost",
      "\(fixed(mega(cost.encode), 2)) MMAC a look, \(fixed(mega(cost.predict), 3)) a step, "
        + "\(fixed(mega(cost.action), 3)) an action, \(fixed(mega(cost.embed), 3)) a distance; "
        + "\(fixed(planMMAC, 1)) a plan of \(size)"
    ])
    rows.append(["surprise", surprise])
    rows += origin
    return "\(path)\n" + table(rows)
  }

  private var acts: String {
    let names = info.action.names.joined(separator: ", ")
    return info.action.block == 1 ? names : "\(names): \(info.action.block) actions a step"
  }

  private var surprise: String {
    guard let usual = info.surprise else { return "not measured: the model can drive no board" }
    return "error p50 \(usual.latentErrorP50), p99 \(usual.latentErrorP99); "
      + "norm \(usual.normP01)...\(usual.normP99)"
  }

  private var origin: [[String]] {
    switch info.training {
    case .run(let run):
      [
        [
          "training",
          "seed \(run.seed), \(run.dataEpisodes) episodes, \(run.steps) steps, "
            + "\(fixed(run.cpuSeconds, 0)) s CPU, torch \(run.torch)"
        ], ["", "data sha256 \(run.dataSHA256)"], ["", run.command]
      ]
    case .conversion(let conversion):
      [
        ["training", "converted from \(conversion.source)"],
        ["", "sha256 \(conversion.sha256)"], ["", conversion.command]
      ]
    case nil: [["training", "not stated"]]
    }
  }

  private var sees: String {
    var parts: [String] = []
    if let frame = info.frame { parts.append("\(frame.width)x\(frame.height) RGB frames") }
    if let imu = info.imu {
      parts.append("IMU \(imu.axes.map(\.name).joined(separator: " ")) in \(imu.bins) bins")
    }
    return parts.isEmpty ? "nothing" : parts.joined(separator: "; ")
  }

  private var encoder: String {
    switch info.encoder {
    case .patchTransformer(let shape):
      "patch-transformer: patches \(shape.patch)x\(shape.patch) -> \(shape.patchFeatures), "
        + "\(shape.blocks) blocks of \(shape.width), \(shape.heads) heads"
    case .vit(let shape):
      "vit: patches \(shape.patch)x\(shape.patch), \(shape.blocks) blocks of \(shape.width), "
        + "\(shape.heads) heads, MLP \(shape.mlp), projector \(shape.projector)"
    case .windowMLP(let shape): "window-mlp: \(shape.window) steps, hidden \(shape.hidden)"
    }
  }

  private var predictor: String {
    switch info.predictor {
    case .residualMLP(let shape):
      "residual-mlp: \(shape.blocks) blocks of \(shape.hidden), history \(shape.history), "
        + "\(shape.imuFeatures) IMU features"
    case .adaLNTransformer(let shape):
      "adaln-transformer: \(shape.blocks) blocks of \(shape.width), \(shape.heads) heads of "
        + "\(shape.headWidth), MLP \(shape.mlp), history \(shape.history)"
    }
  }
}
