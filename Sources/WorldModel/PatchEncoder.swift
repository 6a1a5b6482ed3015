// SPDX-License-Identifier: Apache-2.0
import Kernels

/// Camera frame to latent: patches, merged into 16 tokens, transformer blocks, one vector.
final class PatchEncoder {
  private let frame: ModelInfo.Frame
  private let shape: ModelInfo.PatchTransformer
  private let patch, merge, token, latent: PackedLinear
  private let position: FloatStorage
  private let attention: Attention
  private let blocks: [TransformerBlock]
  private let norm: LayerNorm
  /// value * scale + offset of each byte.
  private let levels: FloatStorage
  private let pixels, patches, tokens, normed, features: FloatStorage
  private let workspace: TransformerWorkspace
  private let scratch: QuantisedRows

  /// Linear layers this encoder applies to that many rows at most.
  static let maximumRows = 4 * ModelInfo.PatchTransformer.tokens

  init(
    loader: LayerLoader, frame: ModelInfo.Frame, shape: ModelInfo.PatchTransformer, latent: Int
  ) throws(ModelError) {
    let count = ModelInfo.PatchTransformer.tokens
    let patchInputs = shape.patch * shape.patch * 3
    let width = shape.width
    self.frame = frame
    self.shape = shape
    patch = try loader.linear("encoder.patch", patchInputs, shape.patchFeatures)
    merge = try loader.linear("encoder.merge", 4 * shape.patchFeatures, width)
    position = FloatStorage(
      try loader.floats("encoder.position", shape: [count, width]), in: loader.arena)
    let block = TransformerShape(
      tokens: count, width: width, heads: shape.heads, mlp: shape.mlpRatio * width,
      activation: .geluTanh, epsilon: LayerNorm.usualEpsilon)
    attention = loader.attention(block)
    var blocks: [TransformerBlock] = []
    for index in 0..<shape.blocks {
      blocks.append(
        try TransformerBlock(
          loader: loader, name: "encoder.blocks.\(index)", shape: block, attention: attention))
    }
    self.blocks = blocks
    norm = try loader.norm("encoder.norm", width)
    token = try loader.linear("encoder.token", width, shape.tokenFeatures)
    self.latent = try loader.linear("encoder.latent", count * shape.tokenFeatures, latent)
    levels = FloatStorage(
      (0...255).map { Float($0) * frame.scale + frame.offset }, in: loader.arena)
    pixels = loader.storage(Self.maximumRows * patchInputs)
    patches = loader.storage(Self.maximumRows * shape.patchFeatures)
    tokens = loader.storage(count * width)
    normed = loader.storage(count * width)
    features = loader.storage(count * shape.tokenFeatures)
    workspace = TransformerWorkspace(loader: loader, shape: block)
    let widest = max(
      patchInputs, 4 * shape.patchFeatures, shape.mlpRatio * width, count * shape.tokenFeatures)
    scratch = loader.rows(Self.maximumRows, width: widest)
  }

  var storageBytes: Int {
    [patch, merge, token, latent].storageBytes + blocks.reduce(0) { $0 + $1.storageBytes }
      + norm.storageBytes + attention.storageBytes
      + [position, levels, pixels, patches, tokens, normed, features].storageBytes
      + workspace.storageBytes + scratch.storageBytes
  }

  /// Shape: bytes [height, width, 3], out [latent].
  func encode(_ bytes: UnsafePointer<UInt8>, into out: UnsafeMutablePointer<Float>) {
    cut(bytes)
    patch.apply(
      rows: Self.maximumRows, input: pixels.pointer, activation: .geluTanh, output: patches.pointer,
      scratch: scratch)
    // Patches lie token by token: four rows of patch features are one row of the merge.
    merge.apply(
      rows: ModelInfo.PatchTransformer.tokens, input: patches.pointer, residual: position.pointer,
      output: tokens.pointer, scratch: scratch)
    for block in blocks { block.apply(tokens.pointer, workspace: workspace, scratch: scratch) }
    norm.apply(
      rows: ModelInfo.PatchTransformer.tokens, input: tokens.pointer, output: normed.pointer)
    token.apply(
      rows: ModelInfo.PatchTransformer.tokens, input: normed.pointer, activation: .geluTanh,
      output: features.pointer, scratch: scratch)
    latent.apply(rows: 1, input: features.pointer, output: out, scratch: scratch)
  }

  /// Frame bytes to rows of patch pixels, the four patches of a token one after another.
  private func cut(_ bytes: UnsafePointer<UInt8>) {
    let side = shape.patch
    let line = side * 3
    // SAFETY: each pixel of the frame (its size divides by 2 * patch) is read and written once.
    var to = pixels.pointer
    for tokenRow in stride(from: 0, to: frame.height, by: 2 * side) {
      for tokenColumn in stride(from: 0, to: frame.width, by: 2 * side) {
        for quarter in 0..<4 {
          let top = tokenRow + quarter / 2 * side
          let left = tokenColumn + quarter % 2 * side
          for row in top..<top + side {
            let from = bytes + (row * frame.width + left) * 3
            for index in 0..<line { to[index] = levels.pointer[Int(from[index])] }
            to += line
          }
        }
      }
    }
  }
}
