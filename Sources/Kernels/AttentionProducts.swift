// SPDX-License-Identifier: Apache-2.0
import CKernels

/// One head's attention as two int8 products: keys, then values, are packed like the weights of a
/// layer; the softmax between them quantises on the way.
final class AttentionProducts {
  private let shape: AttentionShape
  private let isa: ISA
  /// Queries go in blocks whose scores stay in the cache.
  private let blockRows: Int
  private let plain, keys, values: Block
  private let keyScale, valueScale, noBias, scores: FloatStorage
  private let queries, weights: QuantisedRows

  init(shape: AttentionShape, isa: ISA, in arena: Arena?) {
    self.shape = shape
    self.isa = isa
    let blocks = (shape.tokens + 63) / 64
    blockRows = (shape.tokens + blocks - 1) / blocks
    let (tokens, width) = (Int32(shape.tokens), Int32(shape.headWidth))
    plain = Block(byteCount: shape.tokens * shape.headWidth, in: arena)
    keys = Block(byteCount: umwelt_packed_bytes(isa.code, width, tokens), in: arena)
    values = Block(byteCount: umwelt_packed_bytes(isa.code, tokens, width), in: arena)
    keyScale = FloatStorage(count: shape.tokens, in: arena)
    valueScale = FloatStorage(count: shape.headWidth, in: arena)
    noBias = FloatStorage(count: max(shape.tokens, shape.headWidth), in: arena)
    scores = FloatStorage(count: blockRows * shape.tokens, in: arena)
    queries = QuantisedRows(rows: blockRows, width: shape.headWidth, isa: isa, in: arena)
    weights = QuantisedRows(rows: blockRows, width: shape.tokens, isa: isa, in: arena)
  }

  var storageBytes: Int {
    plain.byteCount + keys.byteCount + values.byteCount + keyScale.bytes + valueScale.bytes
      + noBias.bytes + scores.bytes + queries.storageBytes + weights.storageBytes
  }

  /// Shape: as `Attention.apply`.
  func apply(
    head: Int, qkv: UnsafePointer<Float>, queries asking: Int, output: UnsafeMutablePointer<Float>
  ) {
    let (tokens, width, stride) = (shape.tokens, shape.headWidth, 3 * shape.width)
    let query = qkv + head * width
    let bytes = plain.start.assumingMemoryBound(to: Int8.self)
    // SAFETY: rows of one head inside qkv [tokens, 3, heads, headWidth]; plain, keys, values and
    // the scales were made for tokens * headWidth values and are padded as the kernels ask.
    umwelt_quantise_rows(
      isa.code, Int32(tokens), Int32(width), query + shape.width, stride, bytes, keyScale.pointer)
    umwelt_pack(isa.code, Int32(width), Int32(tokens), bytes, width, 1, keys.start)
    umwelt_quantise_columns(
      isa.code, Int32(tokens), Int32(width), query + 2 * shape.width, stride, bytes,
      valueScale.pointer)
    umwelt_pack(isa.code, Int32(tokens), Int32(width), bytes, 1, width, values.start)
    var keyLayer = umwelt_linear(
      inputs: Int32(width), outputs: Int32(tokens), weights: keys.start, scale: keyScale.pointer,
      bias: noBias.pointer)
    var valueLayer = umwelt_linear(
      inputs: Int32(tokens), outputs: Int32(width), weights: values.start,
      scale: valueScale.pointer,
      bias: noBias.pointer)
    for first in Swift.stride(from: 0, to: asking, by: blockRows) {
      let rows = min(blockRows, asking - first)
      queries.fill(rows: rows, width: width, from: query + first * stride, stride: stride)
      multiply(queries, rows, by: &keyLayer, into: scores.pointer, stride: tokens)
      weights.fill(
        rows: rows, width: tokens, softmaxOf: scores.pointer, stride: tokens, scale: shape.scale)
      multiply(
        weights, rows, by: &valueLayer, into: output + first * shape.width + head * width,
        stride: shape.width)
    }
  }

  private func multiply(
    _ rows: QuantisedRows, _ count: Int, by layer: inout umwelt_linear,
    into output: UnsafeMutablePointer<Float>, stride: Int
  ) {
    var end = umwelt_epilogue(
      activation: UMWELT_NO_ACTIVATION, gate: nil, residual: nil, output: output, gate_stride: 0,
      residual_stride: 0, output_stride: stride)
    // SAFETY: `rows` was just filled with `count` rows of the layer's inputs; output holds them.
    umwelt_gemm(isa.code, &layer, Int32(count), rows.bytes, rows.scales.pointer, &end)
  }
}
