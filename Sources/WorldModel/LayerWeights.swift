// SPDX-License-Identifier: Apache-2.0

/// The weights of one linear layer as a file holds them: floats, or int8 with scales and, where
/// the file has them, remainders.
public enum LayerWeights {
  /// Shape: [outputs, inputs].
  case float([Float])
  /// Shape: weights and remainder [outputs, inputs], scale [outputs].
  case int8(QuantisedWeights, remainder: [Int8]?)

  /// As floats; int8 weights with their remainders.
  public var floats: [Float] {
    switch self {
    case .float(let values): return values
    case .int8(let quantised, let remainder):
      let inputs = max(1, quantised.weights.count / max(1, quantised.scale.count))
      return quantised.weights.indices.map { index in
        let fine = remainder.map { Float($0[index]) / QuantisedWeights.remainderSteps } ?? 0
        return quantised.scale[index / inputs] * (Float(quantised.weights[index]) + fine)
      }
    }
  }

  /// As int8; floats are quantised here.
  public func quantised(inputs: Int) -> QuantisedWeights {
    switch self {
    case .float(let values): QuantisedWeights(values, inputs: inputs)
    case .int8(let quantised, _): quantised
    }
  }
}

extension Safetensors {
  /// The weights of layer `name`: `name.weight` as F32, or as I8 with `name.scale` and perhaps
  /// `name.remainder`.
  ///
  /// Throws: `ModelError` for a wrong shape or type, and for values that no weight or scale has.
  public func layer(
    _ name: String, inputs: Int, outputs: Int
  ) throws(ModelError) -> LayerWeights {
    let (weight, remainder) = ("\(name).weight", "\(name).remainder")
    let shape = [outputs, inputs]
    switch tensors[weight]?.type {
    case .f32: return .float(try floats(weight, shape: shape))
    case .i8, nil: break
    case .some(let type):
      throw ModelError(path, weight, .wrongType(found: type.rawValue, expected: "I8 or F32"))
    }
    let quantised = QuantisedWeights(
      weights: Array(try int8s(weight, shape: shape)),
      scale: try scales("\(name).scale", shape: [outputs]))
    guard tensors[remainder] != nil else { return .int8(quantised, remainder: nil) }
    return .int8(quantised, remainder: Array(try int8s(remainder, shape: shape)))
  }
}
