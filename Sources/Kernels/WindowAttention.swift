// SPDX-License-Identifier: Apache-2.0
import CKernels

/// Causal softmax attention in many short windows at once, one head a lane: each row of queries,
/// keys and values is [headWidth, heads], heads last.
///
/// Source: Vaswani et al., "Attention Is All You Need" (2017).
public struct WindowAttention {
  /// The number of heads must be a multiple of this.
  public static let headStep = Int(UMWELT_LANES)
  /// The most tokens of a window.
  public static let maximumTokens = Int(UMWELT_WINDOW_MAX)

  /// Sizes of a row.
  public let heads, headWidth: Int
  private let isa: ISA

  /// Scores are scaled by 1 / sqrt(headWidth).
  public init(heads: Int, headWidth: Int, isa: ISA) {
    precondition(heads > 0 && heads % Self.headStep == 0 && headWidth > 0)
    self.heads = heads
    self.headWidth = headWidth
    self.isa = isa
  }

  /// Where a window's rows lie, in floats from window to window and from token to token.
  public struct Stride {
    let window, token: Int

    /// Both strides.
    public init(window: Int, token: Int) {
      self.window = window
      self.token = token
    }
  }

  /// The last `queries` of each window's tokens ask; each sees the tokens up to its own.
  ///
  /// Shape: queries and output [windows, queries] rows of heads * headWidth, keys and values
  /// [windows, tokens] rows.
  /// Precondition: 1 <= queries <= tokens <= maximumTokens.
  public func apply(
    windows: Int, tokens: Int, queries count: Int,
    queries: UnsafePointer<Float>, at query: Stride,
    keys: UnsafePointer<Float>, values: UnsafePointer<Float>, at key: Stride,
    output: UnsafeMutablePointer<Float>, at result: Stride
  ) {
    precondition(1 <= count && count <= tokens && tokens <= Self.maximumTokens)
    var all = umwelt_windows(
      windows: Int32(windows), tokens: Int32(tokens), queries: Int32(count),
      heads: Int32(heads), head: Int32(headWidth), scale: 1 / Float(headWidth).squareRoot(),
      q: queries, k: keys, v: values, output: output,
      q_window: query.window, q_token: query.token, kv_window: key.window,
      kv_token: key.token, output_window: result.window, output_token: result.token)
    // SAFETY: the rows hold the shapes above (caller's contract).
    umwelt_window_attention(isa.code, &all)
  }
}
