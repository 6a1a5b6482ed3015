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
  private let epsilon: Float
  private let isa: ISA
  /// PyTorch's default of what is added to the variance.
  public static let usualEpsilon: Float = 1e-5

  /// A layer of these trained values; `epsilon` is added to the variance.
  ///
  /// Shape: gain [width], bias [width].
  public init(
    gain: [Float], bias: [Float], epsilon: Float = usualEpsilon, isa: ISA, in arena: Arena? = nil
  ) {
    precondition(!gain.isEmpty && gain.count == bias.count)
    width = gain.count
    self.gain = FloatStorage(gain, in: arena)
    self.bias = FloatStorage(bias, in: arena)
    self.epsilon = epsilon
    self.isa = isa
  }

  /// Normalises each row, then activates it.
  ///
  /// Shape: input and output [rows, width]; they may be the same.
  public func apply(
    rows: Int, input: UnsafePointer<Float>, activation: Activation = .none,
    output: UnsafeMutablePointer<Float>
  ) {
    // SAFETY: input and output hold rows * width floats (caller's contract).
    umwelt_layer_norm(
      isa.code, Int32(rows), Int32(width), input, gain.pointer, bias.pointer, epsilon,
      activation.code, output)
  }

  /// Normalises each row twice: h = norm(x) (1 + scale) + shift, then this layer on h.
  ///
  /// Source: Peebles and Xie, "Scalable Diffusion Models with Transformers" (2023), adaLN.
  /// Shape: input and output [rows, width]; shift and scale [rows, width] with `stride` floats
  /// from row to row.
  public func apply(
    rows: Int, input: UnsafePointer<Float>, innerEpsilon: Float, shift: UnsafePointer<Float>,
    scale: UnsafePointer<Float>, stride: Int, output: UnsafeMutablePointer<Float>
  ) {
    var modulation = umwelt_modulation(
      shift: shift, scale: scale, stride: stride, inner_epsilon: innerEpsilon, gain: gain.pointer,
      bias: bias.pointer, epsilon: epsilon)
    // SAFETY: all hold rows of these sizes (caller's contract).
    umwelt_adaptive_norm(isa.code, Int32(rows), Int32(width), input, &modulation, output)
  }
}
