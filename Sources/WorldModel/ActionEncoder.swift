// SPDX-License-Identifier: Apache-2.0
import Kernels

/// Actions to what modulates the tokens where they are taken: LeWorldModel's action encoder.
///
/// Source: LeWorldModel (arXiv 2603.19312), Embedder of stable-worldmodel.
final class ActionEncoder {
  private let action: ModelInfo.Action
  private let patch, hidden, out: PackedLinear
  private let scores, features, wide: FloatStorage
  private let scratch: QuantisedRows
  /// Sees an action's features and its embedding.
  var probe: StageProbe?

  /// Reads action.patch, .hidden and .out; storage for `rows` actions.
  init(
    loader: LayerLoader, action: ModelInfo.Action, shape: ModelInfo.AdaLNTransformer, rows: Int
  ) throws(ModelError) {
    self.action = action
    patch = try loader.linear("action.patch", action.width, shape.actionFeatures)
    hidden = try loader.linear("action.hidden", shape.actionFeatures, shape.actionHidden)
    out = try loader.linear("action.out", shape.actionHidden, shape.width)
    scores = loader.storage(rows * action.width)
    features = loader.storage(rows * shape.actionFeatures)
    wide = loader.storage(rows * shape.actionHidden)
    scratch = loader.rows(
      rows, width: max(action.width, shape.actionFeatures, shape.actionHidden))
  }

  /// The same layers with storage of its own for `rows` actions, for another thread.
  init(sharing other: ActionEncoder, rows: Int) {
    (action, patch, hidden, out) = (other.action, other.patch, other.hidden, other.out)
    scores = FloatStorage(count: rows * action.width)
    features = FloatStorage(count: rows * patch.outputs)
    wide = FloatStorage(count: rows * hidden.outputs)
    scratch = QuantisedRows(
      rows: rows, width: max(action.width, patch.outputs, hidden.outputs), isa: other.scratch.isa)
  }

  var storageBytes: Int {
    [patch, hidden, out].storageBytes + [scores, features, wide].storageBytes
      + scratch.storageBytes
  }

  /// Shape: actions [rows, action], raw, with `stride` floats from row to row; embedded
  /// [rows, width].
  func apply(
    rows: Int, _ actions: UnsafePointer<Float>, stride: Int,
    into embedded: UnsafeMutablePointer<Float>
  ) {
    let width = action.width
    // SAFETY: storage was made for the rows that the predictor asks for.
    for row in 0..<rows {
      let (from, to) = (actions + row * stride, scores.pointer + row * width)
      for index in 0..<width {
        to[index] = (from[index] - action.offset[index]) / action.scale[index]
      }
    }
    patch.apply(rows: rows, input: scores.pointer, output: features.pointer, scratch: scratch)
    probe?("action.patch", features.pointer, rows * patch.outputs)
    hidden.apply(
      rows: rows, input: features.pointer, activation: .silu, output: wide.pointer,
      scratch: scratch)
    out.apply(rows: rows, input: wide.pointer, output: embedded, scratch: scratch)
    probe?("action.embedded", embedded, rows * out.outputs)
  }
}
