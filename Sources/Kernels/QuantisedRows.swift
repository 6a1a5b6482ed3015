// SPDX-License-Identifier: Apache-2.0
import CKernels

/// Scratch for rows quantised on the way into a `PackedLinear`; one serves all layers of a model.
public final class QuantisedRows {
  let isa: ISA
  let bytes: UnsafeMutableRawPointer
  let scales: FloatStorage
  /// Bytes of its storage.
  public var storageBytes: Int { capacity + 64 + scales.bytes }
  private let rows: Int
  private let capacity: Int

  /// Storage for `rows` rows of up to `width` values.
  public init(rows: Int, width: Int, isa: ISA) {
    precondition(rows > 0 && width > 0)
    self.isa = isa
    self.rows = rows
    capacity = rows * umwelt_row_bytes(isa.code, Int32(width))
    bytes = .allocate(byteCount: capacity + 64, alignment: 64)
    scales = FloatStorage(count: rows)
  }

  deinit { bytes.deallocate() }

  /// Quantises `rows` rows of `width` floats.
  func fill(rows: Int, width: Int, from x: UnsafePointer<Float>) {
    precondition(rows <= self.rows)
    precondition(rows * umwelt_row_bytes(isa.code, Int32(width)) <= capacity)
    // SAFETY: x has rows * width floats (caller's contract); bytes and scales hold them, as above.
    umwelt_quantise(isa.code, Int32(rows), Int32(width), x, bytes, scales.pointer)
  }
}
