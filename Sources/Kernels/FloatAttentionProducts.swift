// SPDX-License-Identifier: Apache-2.0
import CKernels
import COpenBLAS

/// One head's attention as two products of OpenBLAS: the reference of the int8 one.
final class FloatAttentionProducts {
  private let shape: AttentionShape
  private let isa: ISA
  private let scores: FloatStorage

  init(shape: AttentionShape, isa: ISA, in arena: Arena?) {
    self.shape = shape
    self.isa = isa
    scores = FloatStorage(count: shape.tokens * shape.tokens, in: arena)
    openblas_set_num_threads(1)
  }

  var storageBytes: Int { scores.bytes }

  /// Shape: as `Attention.apply`.
  func apply(
    head: Int, qkv: UnsafePointer<Float>, queries: Int, output: UnsafeMutablePointer<Float>
  ) {
    let asking = Int32(queries)
    let (tokens, width) = (Int32(shape.tokens), Int32(shape.headWidth))
    let stride = Int32(3 * shape.width)
    let query = qkv + head * shape.headWidth
    // SAFETY: one head's rows inside qkv and output; scores holds tokens * tokens floats.
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, asking, tokens, width, 1, query, stride,
      query + shape.width, stride, 0, scores.pointer, tokens)
    umwelt_softmax(isa.code, asking, tokens, scores.pointer, shape.tokens, shape.scale)
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, asking, width, tokens, 1, scores.pointer, tokens,
      query + 2 * shape.width, stride, 0, output + head * shape.headWidth, Int32(shape.width))
  }
}
