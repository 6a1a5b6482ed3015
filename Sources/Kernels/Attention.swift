// SPDX-License-Identifier: Apache-2.0
import CKernels

/// Softmax self-attention over a fixed number of tokens, without a mask.
///
/// Source: Vaswani et al., "Attention Is All You Need" (2017).
public struct Attention {
  /// The number of tokens the kernel is written for.
  public static let tokens = Int(UMWELT_ATTENTION_TOKENS)
  /// The most features a head may have.
  public static let maximumHeadWidth = Int(UMWELT_ATTENTION_HEAD_MAX)

  private let heads: Int
  private let headWidth: Int
  private let scale: Float
  private let isa: ISA

  /// Scores are scaled by 1 / sqrt(headWidth).
  public init(heads: Int, headWidth: Int, isa: ISA) {
    precondition(heads > 0 && (1...Self.maximumHeadWidth).contains(headWidth))
    self.heads = heads
    self.headWidth = headWidth
    self.isa = isa
    scale = 1 / Float(headWidth).squareRoot()
  }

  /// Attends within each head.
  ///
  /// Shape: qkv [tokens, 3, heads, headWidth], output [tokens, heads, headWidth].
  public func apply(qkv: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>) {
    // SAFETY: both hold the shapes above (caller's contract); init bounds headWidth.
    umwelt_attention(isa.code, Int32(heads), Int32(headWidth), scale, qkv, output)
  }
}
