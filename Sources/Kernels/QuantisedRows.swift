// SPDX-License-Identifier: Apache-2.0
import CKernels

/// Scratch for rows quantised on the way into a `PackedLinear`; one serves all layers of a model.
public final class QuantisedRows {
  /// The instruction set whose layout the rows have.
  public let isa: ISA
  var bytes: UnsafeMutableRawPointer { block.start }
  let scales: FloatStorage
  /// Bytes of its storage.
  public var storageBytes: Int { block.byteCount + scales.bytes }
  private let rows: Int
  private let capacity: Int
  private let block: Block

  /// Storage for `rows` rows of up to `width` values.
  public init(rows: Int, width: Int, isa: ISA, in arena: Arena? = nil) {
    precondition(rows > 0 && width > 0)
    self.isa = isa
    self.rows = rows
    capacity = rows * umwelt_row_bytes(isa.code, Int32(width))
    block = Block(byteCount: capacity + 64, in: arena)
    scales = FloatStorage(count: rows, in: arena)
  }

  /// Quantises `rows` rows of `width` floats, `stride` apart.
  func fill(rows: Int, width: Int, from x: UnsafePointer<Float>, stride: Int) {
    check(rows: rows, width: width)
    // SAFETY: x has these rows (caller's contract); bytes and scales hold them, as checked.
    umwelt_quantise(isa.code, Int32(rows), Int32(width), x, stride, bytes, scales.pointer)
  }

  /// Quantises the softmax of scale * x over each row; x is overwritten.
  func fill(
    rows: Int, width: Int, softmaxOf x: UnsafeMutablePointer<Float>, stride: Int, scale: Float
  ) {
    check(rows: rows, width: width)
    // SAFETY: as above.
    umwelt_softmax_quantise(
      isa.code, Int32(rows), Int32(width), x, stride, scale, bytes, scales.pointer)
  }

  private func check(rows: Int, width: Int) {
    precondition(rows <= self.rows)
    precondition(rows * umwelt_row_bytes(isa.code, Int32(width)) <= capacity)
  }
}
