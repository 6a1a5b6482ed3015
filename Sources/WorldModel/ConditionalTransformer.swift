// SPDX-License-Identifier: Apache-2.0
import Kernels

/// A causal transformer over short windows of latents whose every token is modulated by the action
/// taken there (adaLN-zero): LeWorldModel's predictor.
///
/// Many windows go through at once. Rows are ordered token by token, then window by window, so
/// that the newest tokens of all windows lie together. What the plain computation does twice, or
/// for nothing, is left out:
/// - the modulation of an action is computed once, not once a step (`modulate`);
/// - while a window grows, its old tokens' keys and values stay (`run(first:)`);
/// - the last block asks and answers for the newest token alone;
/// - the first token sees only itself: its attention is its value, so that value and output layers
///   become one (`alone`).
///
/// Source: LeWorldModel (arXiv 2603.19312), ConditionalBlock of stable-worldmodel.
final class ConditionalTransformer {
  /// Sizes.
  struct Shape: Equatable {
    /// Of a latent, and of an action's embedding.
    let width: Int
    let blocks, heads, headWidth, mlp: Int
    /// The most tokens of a window.
    let history: Int

    /// Of a row of queries, keys or values.
    var attended: Int { heads * headWidth }
    /// Floats that modulate one token: shift, scale and gate of attention, then of the MLP, for
    /// each block.
    var modulation: Int { blocks * 6 * width }
  }

  /// Windows that go through at once: all blocks of rows are whole (24, 48 and 72 divide by 4, 6
  /// and 8), and what passes between layers stays in a second level cache.
  static let usualWindows = 16

  let shape: Shape
  /// The most windows of a run.
  let windows: Int
  private let position: FloatStorage
  private let modulation: PackedLinear
  private let blocks: [ConditionalBlock]
  private let norm: LayerNorm
  private let attention: WindowAttention
  private let state, between, normed, queries, attended, hidden: FloatStorage
  /// Keys and values of each block's tokens: [blocks, history, windows, 2, attended].
  let keyValues: FloatStorage
  private let scratch: QuantisedRows
  /// Sees the newest tokens [windows, width] after each block.
  var probe: StageProbe?

  init(
    loader: LayerLoader, name: String, shape: Shape, windows: Int
  ) throws(ModelError) {
    self.shape = shape
    self.windows = windows
    let (width, rows) = (shape.width, shape.history * windows)
    position = FloatStorage(
      try loader.floats("\(name).position", shape: [shape.history, width]), in: loader.arena)
    var blocks: [ConditionalBlock] = []
    var modulations: [LayerParameters] = []
    for index in 0..<shape.blocks {
      let block = "\(name).blocks.\(index)"
      blocks.append(try ConditionalBlock(loader: loader, name: block, shape: shape))
      modulations.append(try loader.parameters("\(block).modulation", width, 6 * width))
    }
    self.blocks = blocks
    modulation = loader.packed(.stacked(modulations))
    norm = try loader.norm("\(name).norm", width)
    attention = WindowAttention(
      heads: shape.heads, headWidth: shape.headWidth, isa: loader.isa)
    state = loader.storage(rows * width)
    between = loader.storage(rows * width)
    normed = loader.storage(rows * width)
    queries = loader.storage(rows * shape.attended)
    attended = loader.storage(rows * shape.attended)
    hidden = loader.storage(rows * shape.mlp)
    keyValues = loader.storage(shape.blocks * rows * 2 * shape.attended)
    scratch = loader.rows(rows, width: max(width, shape.attended, shape.mlp))
  }

  /// The same layers with storage of its own, for another thread.
  init(sharing other: ConditionalTransformer) {
    (shape, windows, position) = (other.shape, other.windows, other.position)
    (modulation, blocks, norm, attention) = (
      other.modulation, other.blocks, other.norm, other.attention
    )
    let rows = shape.history * windows
    state = FloatStorage(count: rows * shape.width)
    between = FloatStorage(count: rows * shape.width)
    normed = FloatStorage(count: rows * shape.width)
    queries = FloatStorage(count: rows * shape.attended)
    attended = FloatStorage(count: rows * shape.attended)
    hidden = FloatStorage(count: rows * shape.mlp)
    keyValues = FloatStorage(count: shape.blocks * rows * 2 * shape.attended)
    scratch = QuantisedRows(
      rows: rows, width: max(shape.width, shape.attended, shape.mlp), isa: other.scratch.isa)
  }

  var storageBytes: Int {
    modulation.storageBytes + norm.storageBytes + blocks.reduce(0) { $0 + $1.storageBytes }
      + [position, state, between, normed, queries, attended, hidden, keyValues].storageBytes
      + scratch.storageBytes
  }

  /// What modulates the tokens of each action.
  ///
  /// Shape: embedded [rows, width], the actions' embeddings, overwritten by their SiLU; into
  /// [rows, shape.modulation]. Precondition: rows <= history * windows.
  func modulate(
    rows: Int, embedded: UnsafeMutablePointer<Float>, into modulations: UnsafeMutablePointer<Float>
  ) {
    Activation.silu.apply(
      count: rows * shape.width, input: embedded, output: embedded, isa: scratch.isa)
    modulation.apply(rows: rows, input: embedded, output: modulations, scratch: scratch)
  }

  /// The newest token of each window after all blocks and the final norm.
  ///
  /// Tokens before `first` keep the keys and values of an earlier run of the same windows.
  /// Shape: latents [tokens, windows, width] from token `first` on; modulations
  /// [tokens, windows, shape.modulation], alike; into [windows, width].
  /// Precondition: 0 <= first < tokens <= history, windows <= self.windows.
  func run(
    first: Int, tokens: Int, windows: Int, latents: UnsafePointer<Float>,
    modulations: UnsafePointer<Float>, into next: UnsafeMutablePointer<Float>
  ) {
    precondition((0..<tokens).contains(first) && tokens <= shape.history)
    precondition((0...self.windows).contains(windows))
    if windows == 0 { return }
    begin(first: first, tokens: tokens, windows: windows, latents: latents)
    let newest = (tokens - 1 - first) * windows * shape.width
    for index in blocks.indices {
      let isLast = index + 1 == blocks.count
      run(
        block: index,
        tokens: Span(first: first, answering: isLast ? tokens - 1 : first, end: tokens),
        windows: windows, modulations: modulations + index * 6 * shape.width)
      probe?("predictor.block.\(index)", state.pointer + newest, windows * shape.width)
    }
    norm.apply(rows: windows, input: state.pointer + newest, output: next)
  }

  /// Tokens of one run: those computed, and among them those whose answer anybody needs.
  private struct Span {
    let first, answering, end: Int
  }

  /// state = latents + positions.
  private func begin(first: Int, tokens: Int, windows: Int, latents: UnsafePointer<Float>) {
    let width = shape.width
    // SAFETY: storage was made for history * windows rows.
    for row in 0..<(tokens - first) * windows {
      let place = position.pointer + (first + row / windows) * width
      let (from, to) = (latents + row * width, state.pointer + row * width)
      for index in 0..<width { to[index] = from[index] + place[index] }
    }
  }

  /// Row numbers count from token `first` of the run.
  private func run(
    block index: Int, tokens: Span, windows: Int, modulations: UnsafePointer<Float>
  ) {
    let block = blocks[index]
    let (width, attendedWidth, stride) = (shape.width, shape.attended, shape.modulation)
    let keyWidth = 2 * attendedWidth
    let rows = (tokens.end - tokens.first) * windows
    // A full window is about to slide, so that no later run needs its keys and values.
    let isKept = tokens.first > 0 || tokens.end < shape.history
    let cache = keyValues.pointer + (isKept ? index : 0) * shape.history * self.windows * keyWidth
    block.norm1.apply(
      rows: rows, input: state.pointer, innerEpsilon: ConditionalBlock.innerEpsilon,
      shift: modulations, scale: modulations + width, stride: stride, output: normed.pointer)
    block.keyValue.apply(
      rows: rows, input: normed.pointer,
      output: cache + tokens.first * windows * keyWidth, scratch: scratch)
    if tokens.answering == 0 {
      block.alone.apply(
        rows: windows, input: normed.pointer, gate: modulations + 2 * width, gateStride: stride,
        residual: state.pointer, output: between.pointer, scratch: scratch)
    }
    let asking = max(tokens.answering, 1)
    if asking < tokens.end {
      let skipped = (asking - tokens.first) * windows
      let count = (tokens.end - asking) * windows
      block.query.apply(
        rows: count, input: normed.pointer + skipped * width, output: queries.pointer,
        scratch: scratch)
      let query = WindowAttention.Stride(window: attendedWidth, token: windows * attendedWidth)
      attention.apply(
        windows: windows, tokens: tokens.end, queries: tokens.end - asking,
        queries: queries.pointer, at: query, keys: cache, values: cache + attendedWidth,
        at: .init(window: keyWidth, token: windows * keyWidth), output: attended.pointer, at: query)
      block.out.apply(
        rows: count, input: attended.pointer,
        gate: modulations + 2 * width + skipped * stride, gateStride: stride,
        residual: state.pointer + skipped * width, output: between.pointer + skipped * width,
        scratch: scratch)
    }
    let skipped = (tokens.answering - tokens.first) * windows
    block.mlp(
      rows: rows - skipped, input: between.pointer + skipped * width,
      modulations: modulations + skipped * stride, stride: stride, normed: normed.pointer,
      hidden: hidden.pointer, output: state.pointer + skipped * width, scratch: scratch)
  }
}
