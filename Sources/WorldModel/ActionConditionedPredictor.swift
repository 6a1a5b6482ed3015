// SPDX-License-Identifier: Apache-2.0
import Kernels

/// LeWorldModel's predictor: a token a latent, modulated by the action taken there; the newest
/// token, through a projector, is the next latent.
///
/// Source: LeWorldModel (arXiv 2603.19312), ARPredictor of stable-worldmodel.
final class ActionConditionedPredictor {
  let transformer: ConditionalTransformer
  private let encoder: ActionEncoder
  private let projector: Projector
  private let normed, embedded: FloatStorage
  /// Of `predict`. Shape: [history, windows, width] and [history, windows, modulation].
  private let latents, modulations: FloatStorage
  private let actionWidth: Int

  init(
    loader: LayerLoader, info: ModelInfo, shape: ModelInfo.AdaLNTransformer, maximumRows: Int
  ) throws(ModelError) {
    let windows = min(maximumRows, ConditionalTransformer.usualWindows)
    transformer = try ConditionalTransformer(
      loader: loader, name: "predictor",
      shape: .init(
        width: shape.width, blocks: shape.blocks, heads: shape.heads, headWidth: shape.headWidth,
        mlp: shape.mlp, history: shape.history),
      windows: windows)
    encoder = try ActionEncoder(loader: loader, action: info.action, shape: shape, rows: windows)
    projector = try Projector(
      loader: loader, name: "predictor.projector", inputs: shape.width, hidden: shape.projector,
      outputs: info.latent, rows: windows)
    normed = loader.storage(windows * shape.width)
    embedded = loader.storage(windows * shape.width)
    latents = loader.storage(shape.history * windows * shape.width)
    modulations = loader.storage(shape.history * windows * transformer.shape.modulation)
    actionWidth = info.action.width
  }

  /// The same layers with storage of its own, for another thread.
  init(sharing other: ActionConditionedPredictor) {
    transformer = ConditionalTransformer(sharing: other.transformer)
    let (shape, windows) = (transformer.shape, transformer.windows)
    encoder = ActionEncoder(sharing: other.encoder, rows: windows)
    projector = Projector(sharing: other.projector, rows: windows)
    normed = FloatStorage(count: windows * shape.width)
    embedded = FloatStorage(count: windows * shape.width)
    latents = FloatStorage(count: shape.history * windows * shape.width)
    modulations = FloatStorage(count: shape.history * windows * shape.modulation)
    actionWidth = other.actionWidth
  }

  var storageBytes: Int {
    transformer.storageBytes + encoder.storageBytes + projector.storageBytes
      + [normed, embedded, latents, modulations].storageBytes
  }

  var probe: StageProbe? {
    get { transformer.probe }
    set { (transformer.probe, encoder.probe) = (newValue, newValue) }
  }

  /// What modulates the tokens of `rows` actions, `stride` floats apart.
  ///
  /// Shape: into [rows, transformer.shape.modulation]. Precondition: rows <= transformer.windows.
  func modulate(
    rows: Int, actions: UnsafePointer<Float>, stride: Int,
    into modulations: UnsafeMutablePointer<Float>
  ) {
    precondition(rows <= transformer.windows)
    encoder.apply(rows: rows, actions, stride: stride, into: embedded.pointer)
    transformer.modulate(rows: rows, embedded: embedded.pointer, into: modulations)
  }

  /// One step of all windows; shapes as `ConditionalTransformer.run`.
  func step(
    first: Int, tokens: Int, windows: Int, latents: UnsafePointer<Float>,
    modulations: UnsafePointer<Float>, into next: UnsafeMutablePointer<Float>
  ) {
    transformer.run(
      first: first, tokens: tokens, windows: windows, latents: latents, modulations: modulations,
      into: normed.pointer)
    probe?("predictor.normed", normed.pointer, windows * transformer.shape.width)
    projector.apply(rows: windows, normed.pointer, into: next)
  }

  /// Whole windows, nothing kept from earlier ones. Shape: as `WorldModel.predict`.
  func predict(
    rows: Int, known: Int, latents past: UnsafePointer<Float>, actions: UnsafePointer<Float>,
    into next: UnsafeMutablePointer<Float>
  ) {
    let width = transformer.shape.width
    for first in stride(from: 0, to: rows, by: transformer.windows) {
      let count = min(transformer.windows, rows - first)
      // SAFETY: past and actions hold `rows` rows of `known` latents and actions.
      for token in 0..<known {
        for row in 0..<count {
          (latents.pointer + (token * count + row) * width).update(
            from: past + ((first + row) * known + token) * width, count: width)
        }
        modulate(
          rows: count, actions: actions + (first * known + token) * actionWidth,
          stride: known * actionWidth,
          into: modulations.pointer + token * count * transformer.shape.modulation)
      }
      step(
        first: 0, tokens: known, windows: count, latents: latents.pointer,
        modulations: modulations.pointer, into: next + first * width)
    }
  }
}
