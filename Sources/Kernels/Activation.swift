// SPDX-License-Identifier: Apache-2.0
import CKernels

/// What follows a layer in the same pass.
public enum Activation: Sendable, CaseIterable {
  /// Nothing.
  case none
  /// x Phi(x), Phi in its tanh form. Source: Hendrycks and Gimpel (2016).
  case geluTanh
  /// x Phi(x), within 3e-6. Source: ibid., equation 1.
  case geluErf
  /// x / (1 + exp(-x)).
  case silu

  var code: umwelt_activation {
    switch self {
    case .none: UMWELT_NO_ACTIVATION
    case .geluTanh: UMWELT_GELU_TANH
    case .geluErf: UMWELT_GELU_ERF
    case .silu: UMWELT_SILU
    }
  }

  /// Activates `count` values.
  ///
  /// Shape: input and output [count]; they may be the same.
  public func apply(
    count: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, isa: ISA
  ) {
    var end = umwelt_epilogue(
      activation: code, gate: nil, residual: nil, output: output, gate_stride: 0,
      residual_stride: 0, output_stride: count)
    // SAFETY: one row of `count` floats (caller's contract).
    umwelt_finish(isa.code, 1, Int32(count), input, count, nil, &end)
  }
}
