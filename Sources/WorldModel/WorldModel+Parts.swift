// SPDX-License-Identifier: Apache-2.0
import Kernels

extension WorldModel.Encoder {
  init(loader: LayerLoader, info: ModelInfo) throws(ModelError) {
    func frame() throws(ModelError) -> ModelInfo.Frame {
      guard let frame = info.frame else {
        throw loader.failure(.metadata(field: "frame", expected: "an object"))
      }
      return frame
    }
    switch info.encoder {
    case .patchTransformer(let shape):
      self = .patches(
        try PatchEncoder(loader: loader, frame: frame(), shape: shape, latent: info.latent))
    case .vit(let shape):
      self = .vision(
        try FrameTransformer(loader: loader, frame: frame(), shape: shape, latent: info.latent))
    case .windowMLP(let shape):
      self = .window(
        try ThreeLayers(
          loader: loader, name: "encoder.layers", inputs: info.windowCount ?? 0,
          hidden: shape.hidden, outputs: info.latent, rows: 1))
    }
  }
}

extension WorldModel.Predictor {
  init(loader: LayerLoader, info: ModelInfo, maximumRows: Int) throws(ModelError) {
    switch info.predictor {
    case .residualMLP(let shape):
      self = .residual(
        try LatentPredictor(loader: loader, info: info, shape: shape, maximumRows: maximumRows))
    case .adaLNTransformer(let shape):
      self = .conditional(
        try ActionConditionedPredictor(
          loader: loader, info: info, shape: shape, maximumRows: maximumRows))
    }
  }
}

extension WorldModel {
  /// Looks at every stage of a vision transformer and of a transformer that predicts, until nil is
  /// set; other parts show nothing.
  package func setProbe(_ probe: StageProbe?) {
    if case .vision(let encoder) = encoder { encoder.probe = probe }
    if case .conditional(let predictor) = predictor { predictor.probe = probe }
  }
}
