// SPDX-License-Identifier: Apache-2.0
import Kernels

extension ModelInfo {
  /// Reads and checks the metadata of a model file.
  ///
  /// Throws: `ModelError` naming the field that is missing or impossible.
  public init(of file: Safetensors) throws(ModelError) {
    let format = file.metadata["format"]
    guard format == Self.format else {
      throw ModelError(file.path, nil, .wrongFormat(found: format, expected: Self.format))
    }
    guard let text = file.metadata["umwelt"] else {
      throw ModelError(file.path, nil, .metadata(field: "umwelt", expected: "present"))
    }
    let bytes = Array(text.utf8)
    let parsed = bytes.withUnsafeBytes { bytes in
      Result { () throws(JSONError) in try JSON.parse(bytes) }
    }
    guard case .success(let json) = parsed else {
      throw ModelError(file.path, nil, .metadata(field: "umwelt", expected: "JSON"))
    }
    let fields = try MetadataFields(json, file: file.path, place: "")
    board = try fields.text("board")
    stepS = try fields.number("step_s")
    guard stepS > 0 else { throw fields.failure("step_s", "more than 0") }
    latent = try fields.size("latent")
    frame = try fields.optional("frame", Frame.init)
    imu = try fields.optional("imu", IMUFeatures.init)
    action = try Action(fields.object("action"))
    encoder = try Encoder(fields.object("encoder"), frame: frame, imu: imu)
    predictor = try Predictor(fields.object("predictor"), imu: imu)
    head = try fields.optional("head", Head.init)
    surprise = try Surprise(fields.object("surprise"))
    training = try Training(fields.object("training"))
  }
}

extension ModelInfo.Frame {
  init(_ fields: MetadataFields) throws(ModelError) {
    width = try fields.size("width")
    height = try fields.size("height")
    scale = try fields.scale("scale")
    offset = try fields.float("offset")
  }
}

extension IMUFeatures {
  init(_ fields: MetadataFields) throws(ModelError) {
    var axes: [Axis] = []
    for name in try fields.texts("axes") {
      guard let axis = Axis.allCases.first(where: { $0.name == name }), !axes.contains(axis) else {
        let known = Axis.allCases.map(\.name).joined(separator: ", ")
        throw fields.failure("axes", "a list of different names of \(known)")
      }
      axes.append(axis)
    }
    guard !axes.isEmpty else { throw fields.failure("axes", "a list of at least one name") }
    self.axes = axes
    bins = try fields.size("bins")
    scale = try fields.scales("scale", count: axes.count)
    offset = try fields.floats("offset", count: axes.count)
  }
}

extension ModelInfo.Action {
  init(_ fields: MetadataFields) throws(ModelError) {
    names = try fields.texts("names")
    guard !names.isEmpty else { throw fields.failure("names", "a list of at least one name") }
    scale = try fields.scales("scale", count: names.count)
  }
}

extension ModelInfo.Encoder {
  init(
    _ fields: MetadataFields, frame: ModelInfo.Frame?, imu: IMUFeatures?
  ) throws(ModelError) {
    switch try fields.text("kind") {
    case "patch-transformer":
      guard let frame else { throw fields.failure("kind", "window-mlp where frame is null") }
      self = .patchTransformer(try ModelInfo.PatchTransformer(fields, frame: frame))
    case "window-mlp":
      guard imu != nil else { throw fields.failure("kind", "patch-transformer where imu is null") }
      self = .windowMLP(
        ModelInfo.WindowMLP(
          window: try fields.size("window"), hidden: try fields.size("hidden")))
    default: throw fields.failure("kind", "patch-transformer or window-mlp")
    }
  }
}

extension ModelInfo.PatchTransformer {
  init(_ fields: MetadataFields, frame: ModelInfo.Frame) throws(ModelError) {
    patch = try fields.size("patch")
    patchFeatures = try fields.size("patch_features")
    width = try fields.size("width")
    blocks = try fields.size("blocks", from: 0)
    heads = try fields.size("heads")
    mlpRatio = try fields.size("mlp_ratio")
    tokenFeatures = try fields.size("token_features")
    guard mlpRatio * width <= MetadataFields.maximumSize else {
      throw fields.failure(
        "mlp_ratio", "such that mlp_ratio * width is at most \(MetadataFields.maximumSize)")
    }
    let side = 2 * patch
    guard frame.width % side == 0, frame.height % side == 0,
      (frame.width / side) * (frame.height / side) == Self.tokens
    else { throw fields.failure("patch", "such that the frame is \(Self.tokens) tokens") }
    guard width % heads == 0, width / heads <= Attention.maximumHeadWidth else {
      throw fields.failure(
        "heads", "a divisor of width with at most \(Attention.maximumHeadWidth) features each")
    }
  }
}

extension ModelInfo.Predictor {
  init(_ fields: MetadataFields, imu: IMUFeatures?) throws(ModelError) {
    guard try fields.text("kind") == "residual-mlp" else {
      throw fields.failure("kind", "residual-mlp")
    }
    hidden = try fields.size("hidden")
    blocks = try fields.size("blocks", from: 0)
    history = try fields.size("history")
    imuFeatures = try fields.size("imu_features", from: 0)
    guard imuFeatures == 0 || imuFeatures == imu?.count else {
      throw fields.failure("imu_features", "0 or imu.bins * imu.axes = \(imu?.count ?? 0)")
    }
  }
}

extension ModelInfo.Head {
  init(_ fields: MetadataFields) throws(ModelError) {
    hidden = try fields.size("hidden")
    embedding = try fields.size("embedding")
  }
}

extension ModelInfo.Surprise {
  init(_ fields: MetadataFields) throws(ModelError) {
    latentErrorP50 = try fields.float("latent_error_p50")
    latentErrorP99 = try fields.float("latent_error_p99")
    normP01 = try fields.float("norm_p01")
    normP99 = try fields.float("norm_p99")
    guard latentErrorP50 >= 0, latentErrorP99 >= latentErrorP50, latentErrorP99 > 0 else {
      throw fields.failure("latent_error_p99", "more than 0 and at least latent_error_p50")
    }
    guard normP01 >= 0, normP99 >= normP01 else {
      throw fields.failure("norm_p99", "at least norm_p01, and both at least 0")
    }
  }
}

extension ModelInfo.Training {
  init(_ fields: MetadataFields) throws(ModelError) {
    seed = try fields.count("seed")
    dataSHA256 = try fields.text("data_sha256")
    dataEpisodes = try fields.count("data_episodes")
    steps = try fields.count("steps")
    cpuSeconds = try fields.number("cpu_seconds")
    wallSeconds = try fields.number("wall_seconds")
    torch = try fields.text("torch")
    command = try fields.text("command")
  }
}
