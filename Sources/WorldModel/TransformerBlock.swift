// SPDX-License-Identifier: Apache-2.0
import Kernels

/// Storage all blocks of one encoder share.
struct TransformerWorkspace {
  let normed, qkv, attended, between, wide: FloatStorage

  init(shape: ModelInfo.PatchTransformer) {
    let size = Attention.tokens * shape.width
    normed = FloatStorage(count: size)
    qkv = FloatStorage(count: 3 * size)
    attended = FloatStorage(count: size)
    between = FloatStorage(count: size)
    wide = FloatStorage(count: shape.mlpRatio * size)
  }

  var storageBytes: Int { [normed, qkv, attended, between, wide].storageBytes }
}

/// x += out(attention(norm1(x))); x += down(GELU(up(norm2(x)))).
///
/// Source: Xiong et al., "On Layer Normalization in the Transformer Architecture" (2020), pre-LN.
struct TransformerBlock {
  private let norm1, norm2: LayerNorm
  private let qkv, out, up, down: PackedLinear
  private let attention: Attention

  init(loader: LayerLoader, name: String, shape: ModelInfo.PatchTransformer) throws(ModelError) {
    let width = shape.width
    norm1 = try loader.norm("\(name).norm1", width)
    qkv = try loader.linear("\(name).qkv", width, 3 * width)
    out = try loader.linear("\(name).out", width, width)
    norm2 = try loader.norm("\(name).norm2", width)
    up = try loader.linear("\(name).up", width, shape.mlpRatio * width)
    down = try loader.linear("\(name).down", shape.mlpRatio * width, width)
    attention = Attention(heads: shape.heads, headWidth: width / shape.heads, isa: loader.isa)
  }

  var storageBytes: Int {
    norm1.storageBytes + norm2.storageBytes + [qkv, out, up, down].storageBytes
  }

  /// Shape: x [tokens, width], in place.
  func apply(
    _ x: UnsafeMutablePointer<Float>, workspace: TransformerWorkspace, scratch: QuantisedRows
  ) {
    let rows = Attention.tokens
    norm1.apply(rows: rows, input: x, output: workspace.normed.pointer)
    qkv.apply(
      rows: rows, input: workspace.normed.pointer, output: workspace.qkv.pointer, scratch: scratch)
    attention.apply(qkv: workspace.qkv.pointer, output: workspace.attended.pointer)
    out.apply(
      rows: rows, input: workspace.attended.pointer, residual: x,
      output: workspace.between.pointer, scratch: scratch)
    norm2.apply(rows: rows, input: workspace.between.pointer, output: workspace.normed.pointer)
    up.apply(
      rows: rows, input: workspace.normed.pointer, activation: .gelu,
      output: workspace.wide.pointer, scratch: scratch)
    down.apply(
      rows: rows, input: workspace.wide.pointer, residual: workspace.between.pointer, output: x,
      scratch: scratch)
  }
}
