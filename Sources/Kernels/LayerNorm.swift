// SPDX-License-Identifier: Apache-2.0
import CKernels

/// Layer normalisation over the last axis with gain and bias.
///
/// Source: Ba, Kiros and Hinton, "Layer Normalization" (2016).
public final class LayerNorm {
  /// Values of a row.
  public let width: Int
  /// Bytes of its storage.
  public var storageBytes: Int { gain.bytes + bias.bytes }
  private let gain: FloatStorage
  private let bias: FloatStorage
  private let isa: ISA
  /// Added to the variance; PyTorch's default.
  public static let epsilon: Float = 1e-5

  /// A layer of these trained values.
  ///
  /// Shape: gain [width], bias [width].
  public init(gain: [Float], bias: [Float], isa: ISA) {
    precondition(!gain.isEmpty && gain.count == bias.count)
    width = gain.count
    self.gain = FloatStorage(gain)
    self.bias = FloatStorage(bias)
    self.isa = isa
  }

  /// Normalises each row.
  ///
  /// Shape: input and output [rows, width]; they may be the same.
  public func apply(
    rows: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>
  ) {
    // SAFETY: input and output hold rows * width floats (caller's contract).
    umwelt_layer_norm(
      isa.code, Int32(rows), Int32(width), input, gain.pointer, bias.pointer, Self.epsilon, output)
  }
}
