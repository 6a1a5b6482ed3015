// SPDX-License-Identifier: Apache-2.0
import Kernels

/// Camera frame to latent as LeWorldModel does it: a vision transformer on square patches, its
/// class token through a projector.
///
/// Source: LeWorldModel (arXiv 2603.19312).
final class FrameTransformer {
  private let frame: ModelInfo.Frame
  private let shape: ModelInfo.VisionTransformer
  private let transformer: VisionTransformer
  private let projector: Projector
  /// value * scale + offset of each byte.
  private let levels: FloatStorage
  private let pixels, features: FloatStorage

  init(
    loader: LayerLoader, frame: ModelInfo.Frame, shape: ModelInfo.VisionTransformer, latent: Int
  ) throws(ModelError) {
    (self.frame, self.shape) = (frame, shape)
    transformer = try VisionTransformer(
      loader: loader, name: "encoder", patchValues: shape.patchValues, blocks: shape.blocks,
      shape: TransformerShape(
        tokens: shape.patches + 1, width: shape.width, heads: shape.heads, mlp: shape.mlp,
        activation: .geluErf, epsilon: shape.epsilon))
    projector = try Projector(
      loader: loader, name: "encoder.projector", inputs: shape.width, hidden: shape.projector,
      outputs: latent, rows: 1)
    levels = FloatStorage(
      (0...255).map { Float($0) * frame.scale + frame.offset }, in: loader.arena)
    pixels = loader.storage(frame.bytes)
    features = loader.storage(shape.width)
  }

  var storageBytes: Int {
    transformer.storageBytes + projector.storageBytes + [levels, pixels, features].storageBytes
  }

  var probe: StageProbe? {
    get { transformer.probe }
    set { transformer.probe = newValue }
  }

  /// Shape: bytes [height, width, 3], out [latent].
  func encode(_ bytes: UnsafePointer<UInt8>, into out: UnsafeMutablePointer<Float>) {
    cut(bytes)
    transformer.apply(pixels.pointer, into: features.pointer)
    probe?("encoder.cls", features.pointer, shape.width)
    projector.apply(rows: 1, features.pointer, into: out)
  }

  /// Frame bytes to rows of patch pixels, each patch row by row.
  private func cut(_ bytes: UnsafePointer<UInt8>) {
    let line = shape.patch * 3
    // SAFETY: each pixel of the frame (its size divides by patch) is read and written once.
    var to = pixels.pointer
    for top in stride(from: 0, to: frame.height, by: shape.patch) {
      for left in stride(from: 0, to: frame.width, by: shape.patch) {
        for row in top..<top + shape.patch {
          let from = bytes + (row * frame.width + left) * 3
          for index in 0..<line { to[index] = levels.pointer[Int(from[index])] }
          to += line
        }
      }
    }
  }
}
