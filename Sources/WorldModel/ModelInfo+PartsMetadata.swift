// SPDX-License-Identifier: Apache-2.0
import Kernels

extension ModelInfo.Encoder {
  init(
    _ fields: MetadataFields, frame: ModelInfo.Frame?, imu: IMUFeatures?
  ) throws(ModelError) {
    switch try fields.text("kind") {
    case "patch-transformer":
      guard let frame else { throw fields.failure("kind", "window-mlp where frame is null") }
      self = .patchTransformer(try ModelInfo.PatchTransformer(fields, frame: frame))
    case "vit":
      guard let frame else { throw fields.failure("kind", "window-mlp where frame is null") }
      self = .vit(try ModelInfo.VisionTransformer(fields, frame: frame))
    case "window-mlp":
      guard imu != nil else { throw fields.failure("kind", "patch-transformer where imu is null") }
      self = .windowMLP(
        ModelInfo.WindowMLP(
          window: try fields.size("window"), hidden: try fields.size("hidden")))
    default: throw fields.failure("kind", "patch-transformer, vit or window-mlp")
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

extension ModelInfo.VisionTransformer {
  init(_ fields: MetadataFields, frame: ModelInfo.Frame) throws(ModelError) {
    patch = try fields.size("patch")
    width = try fields.size("width")
    blocks = try fields.size("blocks")
    heads = try fields.size("heads")
    mlp = try fields.size("mlp")
    projector = try fields.size("projector")
    epsilon = try fields.scale("epsilon")
    guard frame.width % patch == 0, frame.height % patch == 0 else {
      throw fields.failure("patch", "a divisor of the frame's \(frame.width) and \(frame.height)")
    }
    patches = (frame.width / patch) * (frame.height / patch)
    guard patches <= Self.maximumPatches else {
      throw fields.failure("patch", "such that a frame is at most \(Self.maximumPatches) patches")
    }
    guard width % heads == 0, width / heads <= Attention.maximumHeadWidth else {
      throw fields.failure(
        "heads", "a divisor of width with at most \(Attention.maximumHeadWidth) features each")
    }
  }
}

extension ModelInfo.Predictor {
  init(_ fields: MetadataFields, imu: IMUFeatures?, latent: Int) throws(ModelError) {
    switch try fields.text("kind") {
    case "residual-mlp": self = .residualMLP(try ModelInfo.ResidualMLP(fields, imu: imu))
    case "adaln-transformer":
      self = .adaLNTransformer(try ModelInfo.AdaLNTransformer(fields, latent: latent))
    default: throw fields.failure("kind", "residual-mlp or adaln-transformer")
    }
  }
}

extension ModelInfo.ResidualMLP {
  init(_ fields: MetadataFields, imu: IMUFeatures?) throws(ModelError) {
    hidden = try fields.size("hidden")
    blocks = try fields.size("blocks", from: 0)
    history = try fields.size("history")
    imuFeatures = try fields.size("imu_features", from: 0)
    guard imuFeatures == 0 || imuFeatures == imu?.count else {
      throw fields.failure("imu_features", "0 or imu.bins * imu.axes = \(imu?.count ?? 0)")
    }
  }
}

extension ModelInfo.AdaLNTransformer {
  init(_ fields: MetadataFields, latent: Int) throws(ModelError) {
    width = try fields.size("width")
    guard width == latent else { throw fields.failure("width", "the latent's, \(latent)") }
    blocks = try fields.size("blocks")
    heads = try fields.size("heads")
    guard heads % WindowAttention.headStep == 0 else {
      throw fields.failure("heads", "a multiple of \(WindowAttention.headStep)")
    }
    headWidth = try fields.size("head_width")
    // Queries, keys and values are the outputs of one layer.
    guard 3 * heads * headWidth <= MetadataFields.maximumSize else {
      throw fields.failure(
        "head_width", "such that 3 * heads * head_width is at most \(MetadataFields.maximumSize)")
    }
    mlp = try fields.size("mlp")
    history = try fields.size("history")
    guard history <= WindowAttention.maximumTokens else {
      throw fields.failure("history", "at most \(WindowAttention.maximumTokens)")
    }
    actionFeatures = try fields.size("action_features")
    actionHidden = try fields.size("action_hidden")
    projector = try fields.size("projector")
  }
}
