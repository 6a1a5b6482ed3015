// SPDX-License-Identifier: Apache-2.0
import Kernels

/// Rows of patch values to one vector: a class token, positions, transformer blocks, a final norm.
///
/// Source: Dosovitskiy et al., "An Image is Worth 16x16 Words" (2021).
final class VisionTransformer {
  /// Patches of a frame, and values of one.
  let patches, patchValues: Int
  private let shape: TransformerShape
  private let patch: PackedLinear
  private let norm: LayerNorm
  private let attention: Attention
  private let blocks: [TransformerBlock]
  /// Row 0: class token plus its position; then the patches' positions.
  private let position, tokens: FloatStorage
  private let workspace: TransformerWorkspace
  private let scratch: QuantisedRows
  /// Sees the tokens [tokens, width] after embedding and each block; of the last, the first token.
  var probe: StageProbe?

  /// Reads `name`.patch, .cls, .position, .blocks.N and .norm.
  init(
    loader: LayerLoader, name: String, patchValues: Int, blocks count: Int, shape: TransformerShape
  ) throws(ModelError) {
    self.shape = shape
    self.patchValues = patchValues
    patches = shape.tokens - 1
    let width = shape.width
    patch = try loader.linear("\(name).patch", patchValues, width)
    norm = try loader.norm("\(name).norm", width, epsilon: shape.epsilon)
    attention = loader.attention(shape)
    var blocks: [TransformerBlock] = []
    for index in 0..<count {
      blocks.append(
        try TransformerBlock(
          loader: loader, name: "\(name).blocks.\(index)", shape: shape, attention: attention))
    }
    self.blocks = blocks
    let cls = try loader.floats("\(name).cls", shape: [width])
    var place = try loader.floats("\(name).position", shape: [shape.tokens, width])
    for index in cls.indices { place[index] += cls[index] }
    position = FloatStorage(place, in: loader.arena)
    tokens = loader.storage(shape.tokens * width)
    workspace = TransformerWorkspace(loader: loader, shape: shape)
    scratch = loader.rows(shape.tokens, width: max(patchValues, width, shape.mlp))
  }

  var storageBytes: Int {
    patch.storageBytes + norm.storageBytes + attention.storageBytes
      + blocks.reduce(0) { $0 + $1.storageBytes } + [position, tokens].storageBytes
      + workspace.storageBytes + scratch.storageBytes
  }

  /// Shape: pixels [patches, patchValues], out [width]: the class token after the norm.
  func apply(_ pixels: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>) {
    let width = shape.width
    // SAFETY: tokens and position hold shape.tokens rows.
    tokens.pointer.update(from: position.pointer, count: width)
    patch.apply(
      rows: patches, input: pixels, residual: position.pointer + width,
      output: tokens.pointer + width, scratch: scratch)
    probe?("encoder.embedded", tokens.pointer, shape.tokens * width)
    for (index, block) in blocks.enumerated() {
      let isLast = index + 1 == blocks.count
      block.apply(
        tokens.pointer, answering: isLast ? 1 : shape.tokens, workspace: workspace,
        scratch: scratch)
      probe?("encoder.block.\(index)", tokens.pointer, (isLast ? 1 : shape.tokens) * width)
    }
    norm.apply(rows: 1, input: tokens.pointer, output: out)
  }
}
