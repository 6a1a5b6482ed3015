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

  /// Rows of queries, keys and values; strides are floats from row to row.
  public struct Rows {
    /// First query, key and value.
    public let queries, keys, values: UnsafePointer<Float>
    /// From row to row.
    public let queryStride, keyStride: Int

    /// Keys and values have one stride.
    public init(
      queries: UnsafePointer<Float>, queryStride: Int, keys: UnsafePointer<Float>,
      values: UnsafePointer<Float>, keyStride: Int
    ) {
      self.queries = queries
      self.keys = keys
      self.values = values
      self.queryStride = queryStride
      self.keyStride = keyStride
    }
  }

  /// The last `queries` of each window's tokens ask; each sees the tokens up to its own.
  ///
  /// Shape: queries [windows, queries], keys and values [windows, tokens], output
  /// [windows, queries] rows of heads * headWidth.
  /// Precondition: 1 <= queries <= tokens <= maximumTokens.
  public func apply(
    windows: Int, tokens: Int, queries: Int, rows: Rows, output: UnsafeMutablePointer<Float>,
    outputStride: Int
  ) {
    precondition(1 <= queries && queries <= tokens && tokens <= Self.maximumTokens)
    var all = umwelt_windows(
      windows: Int32(windows), tokens: Int32(tokens), queries: Int32(queries),
      heads: Int32(heads), head: Int32(headWidth), scale: 1 / Float(headWidth).squareRoot(),
      q: rows.queries, k: rows.keys, v: rows.values, output: output,
      q_stride: rows.queryStride, kv_stride: rows.keyStride, output_stride: outputStride)
    // SAFETY: the rows hold the shapes above (caller's contract).
    umwelt_window_attention(isa.code, &all)
  }
}
