// SPDX-License-Identifier: Apache-2.0
import CKernels

/// Softmax self-attention over a fixed number of tokens, without a mask.
///
/// Up to 16 tokens go through one kernel in floats. More go through products: int8 with keys and
/// values quantised as they come, one scale a key and a value feature, or OpenBLAS for reference.
/// Source: Vaswani et al., "Attention Is All You Need" (2017).
public final class Attention {
  /// The most features a head may have.
  public static let maximumHeadWidth = Int(UMWELT_ATTENTION_HEAD_MAX)
  /// Tokens up to which one kernel does it all.
  public static let fewTokens = Int(UMWELT_ATTENTION_TOKENS)

  private enum Way {
    case kernel
    case products(AttentionProducts)
    case floatProducts(FloatAttentionProducts)
  }
  private let shape: AttentionShape
  private let isa: ISA
  private let way: Way

  /// Scores are scaled by 1 / sqrt(headWidth).
  public init(
    tokens: Int, heads: Int, headWidth: Int, isFloat: Bool, isa: ISA, in arena: Arena? = nil
  ) {
    precondition(tokens > 0 && heads > 0 && (1...Self.maximumHeadWidth).contains(headWidth))
    shape = AttentionShape(tokens: tokens, heads: heads, headWidth: headWidth)
    self.isa = isa
    way =
      if tokens <= Self.fewTokens {
        .kernel
      } else if isFloat {
        .floatProducts(FloatAttentionProducts(shape: shape, isa: isa, in: arena))
      } else {
        .products(AttentionProducts(shape: shape, isa: isa, in: arena))
      }
  }

  /// Bytes of its storage.
  public var storageBytes: Int {
    switch way {
    case .kernel: 0
    case .products(let products): products.storageBytes
    case .floatProducts(let products): products.storageBytes
    }
  }

  /// Attends within each head; of the first `queries` tokens at least (all by default).
  ///
  /// Shape: qkv [tokens, 3, heads, headWidth], output [tokens, heads, headWidth].
  public func apply(
    qkv: UnsafePointer<Float>, queries: Int? = nil, output: UnsafeMutablePointer<Float>
  ) {
    let count = queries ?? shape.tokens
    precondition((1...shape.tokens).contains(count))
    switch way {
    case .kernel:
      // SAFETY: both hold the shapes above (caller's contract); init bounds tokens and headWidth.
      umwelt_attention(
        isa.code, Int32(shape.tokens), Int32(shape.heads), Int32(shape.headWidth), shape.scale,
        qkv, output)
    case .products(let products):
      for head in 0..<shape.heads {
        products.apply(head: head, qkv: qkv, queries: count, output: output)
      }
    case .floatProducts(let products):
      for head in 0..<shape.heads {
        products.apply(head: head, qkv: qkv, queries: count, output: output)
      }
    }
  }
}

/// Sizes of self-attention.
struct AttentionShape {
  let tokens, heads, headWidth: Int

  /// Of a row of queries, keys or values.
  var width: Int { heads * headWidth }
  var scale: Float { 1 / Float(headWidth).squareRoot() }
}
