// SPDX-License-Identifier: Apache-2.0
import Kernels

/// The layers of one block of a `ConditionalTransformer`. Queries, keys and values have the heads
/// last: their rows are put in that order at load.
struct ConditionalBlock {
  let norm1, norm2: LayerNorm
  let query, keyValue, out: PackedLinear
  /// out after value: what a token gets that sees only itself.
  let alone: PackedLinear
  private let up, down: PackedLinear

  /// Rows of the MLP at a time: what lies between its layers stays in the nearest caches.
  static let mlpRows = 24

  /// Of the norm that is modulated.
  static let innerEpsilon: Float = 1e-6

  init(
    loader: LayerLoader, name: String, shape: ConditionalTransformer.Shape
  ) throws(ModelError) {
    let (width, attended) = (shape.width, shape.attended)
    norm1 = try loader.norm("\(name).norm1", width)
    norm2 = try loader.norm("\(name).norm2", width)
    let qkv = try loader.parameters("\(name).qkv", width, 3 * attended, needsBias: false)
    let headsLast = (0..<attended).map { place in
      place % shape.heads * shape.headWidth + place / shape.heads
    }
    let value = qkv.outputs(headsLast.map { 2 * attended + $0 })
    let output = try loader.parameters("\(name).out", attended, width).inputs(headsLast)
    query = loader.packed(qkv.outputs(headsLast))
    keyValue = loader.packed(.stacked([qkv.outputs(headsLast.map { attended + $0 }), value]))
    out = loader.packed(output)
    alone = loader.packed(output.after(value))
    up = try loader.linear("\(name).up", width, shape.mlp)
    down = try loader.linear("\(name).down", shape.mlp, width)
  }

  var storageBytes: Int {
    norm1.storageBytes + norm2.storageBytes
      + [query, keyValue, out, alone, up, down].storageBytes
  }

  /// output = input + gate * down(GELU(up(norm2(input)))).
  ///
  /// Shape: input, normed and output [rows, width], hidden [rows, mlp]; modulations: the block's,
  /// one row a token, `stride` apart.
  func mlp(
    rows: Int, input: UnsafePointer<Float>, modulations: UnsafePointer<Float>, stride: Int,
    normed: UnsafeMutablePointer<Float>, hidden: UnsafeMutablePointer<Float>,
    output: UnsafeMutablePointer<Float>, scratch: QuantisedRows
  ) {
    let width = norm2.width
    for first in Swift.stride(from: 0, to: rows, by: Self.mlpRows) {
      let count = min(Self.mlpRows, rows - first)
      let (from, to, modulation) = (
        input + first * width, output + first * width, modulations + first * stride
      )
      norm2.apply(
        rows: count, input: from, innerEpsilon: Self.innerEpsilon, shift: modulation + 3 * width,
        scale: modulation + 4 * width, stride: stride, output: normed)
      up.apply(
        rows: count, input: normed, activation: .geluErf, output: hidden, scratch: scratch)
      down.apply(
        rows: count, input: hidden, gate: modulation + 5 * width, gateStride: stride,
        residual: from, output: to, scratch: scratch)
    }
  }
}
