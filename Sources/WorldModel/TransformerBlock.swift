// SPDX-License-Identifier: Apache-2.0
import Kernels

/// Sizes of the blocks of one encoder.
struct TransformerShape {
  let tokens, width, heads: Int
  /// Width between up and down.
  let mlp: Int
  let activation: Activation
  /// Of the norms.
  let epsilon: Float
}

/// Storage all blocks of one encoder share.
struct TransformerWorkspace {
  let normed, qkv, attended, between, wide: FloatStorage

  init(loader: LayerLoader, shape: TransformerShape) {
    let size = shape.tokens * shape.width
    normed = loader.storage(size)
    qkv = loader.storage(3 * size)
    attended = loader.storage(size)
    between = loader.storage(size)
    wide = loader.storage(shape.tokens * shape.mlp)
  }

  var storageBytes: Int { [normed, qkv, attended, between, wide].storageBytes }
}

/// x += out(attention(norm1(x))); x += down(activation(up(norm2(x)))).
///
/// Source: Xiong et al., "On Layer Normalization in the Transformer Architecture" (2020), pre-LN.
struct TransformerBlock {
  private let shape: TransformerShape
  private let norm1, norm2: LayerNorm
  private let qkv, out, up, down: PackedLinear
  private let attention: Attention

  /// `attention` may serve all blocks of one encoder.
  init(
    loader: LayerLoader, name: String, shape: TransformerShape, attention: Attention
  ) throws(ModelError) {
    self.shape = shape
    self.attention = attention
    let width = shape.width
    norm1 = try loader.norm("\(name).norm1", width, epsilon: shape.epsilon)
    qkv = try loader.linear("\(name).qkv", width, 3 * width)
    out = try loader.linear("\(name).out", width, width)
    norm2 = try loader.norm("\(name).norm2", width, epsilon: shape.epsilon)
    up = try loader.linear("\(name).up", width, shape.mlp)
    down = try loader.linear("\(name).down", shape.mlp, width)
  }

  var storageBytes: Int {
    norm1.storageBytes + norm2.storageBytes + [qkv, out, up, down].storageBytes
  }

  /// Shape: x [tokens, width], in place.
  func apply(
    _ x: UnsafeMutablePointer<Float>, workspace: TransformerWorkspace, scratch: QuantisedRows
  ) {
    apply(x, answering: shape.tokens, workspace: workspace, scratch: scratch)
  }

  /// The same for the first `rows` tokens alone, where nobody needs the others after this block:
  /// they are seen, but nothing is computed of them that only they would use.
  func apply(
    _ x: UnsafeMutablePointer<Float>, answering rows: Int, workspace: TransformerWorkspace,
    scratch: QuantisedRows
  ) {
    norm1.apply(rows: shape.tokens, input: x, output: workspace.normed.pointer)
    qkv.apply(
      rows: shape.tokens, input: workspace.normed.pointer, output: workspace.qkv.pointer,
      scratch: scratch)
    attention.apply(
      qkv: workspace.qkv.pointer, queries: rows, output: workspace.attended.pointer)
    out.apply(
      rows: rows, input: workspace.attended.pointer, residual: x,
      output: workspace.between.pointer, scratch: scratch)
    norm2.apply(rows: rows, input: workspace.between.pointer, output: workspace.normed.pointer)
    up.apply(
      rows: rows, input: workspace.normed.pointer, activation: shape.activation,
      output: workspace.wide.pointer, scratch: scratch)
    down.apply(
      rows: rows, input: workspace.wide.pointer, residual: workspace.between.pointer, output: x,
      scratch: scratch)
  }
}
