// SPDX-License-Identifier: Apache-2.0
import Kernels

/// Which numbers inference uses.
public enum Precision: String, Sendable, CaseIterable {
  /// The robot's: int8 weights, rows quantised as they come.
  case int8
  /// The reference: floats, with the file's remainders where it has them.
  case float
}

/// Makes layers from tensors whose shapes the metadata dictates.
struct LayerLoader {
  let file: Safetensors
  let precision: Precision
  let isa: ISA

  /// Shape: weight [outputs, inputs], scale and bias [outputs].
  func linear(_ name: String, _ inputs: Int, _ outputs: Int) throws(ModelError) -> PackedLinear {
    guard inputs <= MetadataFields.maximumSize else {
      throw ModelError(
        file.path, "\(name).weight",
        .metadata(field: "sizes", expected: "such that a layer has at most 65536 inputs"))
    }
    let weights = try file.int8s("\(name).weight", shape: [outputs, inputs])
    let scale = try file.floats("\(name).scale", shape: [outputs])
    let bias = try file.floats("\(name).bias", shape: [outputs])
    if precision == .int8 {
      return PackedLinear(weights: weights, scale: scale, bias: bias, inputs: inputs, isa: isa)
    }
    var floats = [Float](repeating: 0, count: weights.count)
    let remainderName = "\(name).remainder"
    let remainder =
      file.tensors[remainderName] == nil
      ? nil : try file.int8s(remainderName, shape: [outputs, inputs])
    for index in floats.indices {
      let fine = remainder.map { Float($0[index]) / 254 } ?? 0
      floats[index] = scale[index / inputs] * (Float(weights[index]) + fine)
    }
    return PackedLinear(floatWeights: floats, bias: bias, inputs: inputs, isa: isa)
  }

  /// Shape: gain and bias [width].
  func norm(
    _ name: String, _ width: Int, epsilon: Float = LayerNorm.usualEpsilon
  ) throws(ModelError) -> LayerNorm {
    LayerNorm(
      gain: try file.floats("\(name).gain", shape: [width]),
      bias: try file.floats("\(name).bias", shape: [width]), epsilon: epsilon, isa: isa)
  }

  /// The attention of all blocks of one encoder.
  func attention(_ shape: TransformerShape) -> Attention {
    Attention(
      tokens: shape.tokens, heads: shape.heads, headWidth: shape.width / shape.heads,
      isFloat: precision == .float, isa: isa)
  }
}
