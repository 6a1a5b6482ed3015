// SPDX-License-Identifier: Apache-2.0
import Kernels

/// One linear layer as it is read, y = W x + b, and what can be made of such layers before they
/// are packed.
struct LayerParameters {
  let inputs: Int
  /// Shape: [outputs, inputs].
  let weights: LayerWeights
  /// Shape: [outputs].
  let bias: [Float]

  var outputs: Int { bias.count }

  /// The layer whose output k is this one's output order[k].
  func outputs(_ order: [Int]) -> LayerParameters {
    LayerParameters(
      inputs: inputs, weights: weights.rows(order, width: inputs), bias: order.map { bias[$0] })
  }

  /// The layer whose input k is this one's input order[k], a permutation.
  func inputs(_ order: [Int]) -> LayerParameters {
    precondition(order.count == inputs)
    return LayerParameters(inputs: inputs, weights: weights.columns(order), bias: bias)
  }

  /// The layer that gives one layer's outputs after another's.
  static func stacked(_ layers: [LayerParameters]) -> LayerParameters {
    LayerParameters(
      inputs: layers[0].inputs, weights: .stacked(layers.map(\.weights)),
      bias: layers.flatMap(\.bias))
  }

  /// One layer that does this one after `first`: W (W' x + b') + b, in floats.
  func after(_ first: LayerParameters) -> LayerParameters {
    precondition(inputs == first.outputs)
    let own = weights.floats
    let product = matrixProduct(own, first.weights.floats, inner: inputs)
    let shift = matrixProduct(own, first.bias, inner: inputs)
    return LayerParameters(
      inputs: first.inputs, weights: .float(product), bias: zip(bias, shift).map { $0 + $1 })
  }
}

extension LayerWeights {
  fileprivate func rows(_ order: [Int], width: Int) -> LayerWeights {
    func pick<Value>(_ values: [Value]) -> [Value] {
      var result: [Value] = []
      result.reserveCapacity(order.count * width)
      for row in order { result += values[row * width..<(row + 1) * width] }
      return result
    }
    switch self {
    case .float(let values): return .float(pick(values))
    case .int8(let quantised, let remainder):
      return .int8(
        QuantisedWeights(
          weights: pick(quantised.weights), scale: order.map { quantised.scale[$0] }),
        remainder: remainder.map(pick))
    }
  }

  fileprivate func columns(_ order: [Int]) -> LayerWeights {
    func pick<Value>(_ values: [Value]) -> [Value] {
      var result: [Value] = []
      result.reserveCapacity(values.count)
      for row in stride(from: 0, to: values.count, by: order.count) {
        for column in order { result.append(values[row + column]) }
      }
      return result
    }
    switch self {
    case .float(let values): return .float(pick(values))
    case .int8(let quantised, let remainder):
      return .int8(
        QuantisedWeights(weights: pick(quantised.weights), scale: quantised.scale),
        remainder: remainder.map(pick))
    }
  }

  /// Int8 if all are; remainders are kept if all have them.
  fileprivate static func stacked(_ parts: [LayerWeights]) -> LayerWeights {
    var weights: [Int8] = []
    var scale: [Float] = []
    var remainders: [Int8]? = []
    for part in parts {
      guard case .int8(let quantised, let remainder) = part else {
        return .float(parts.flatMap(\.floats))
      }
      weights += quantised.weights
      scale += quantised.scale
      if let remainder { remainders? += remainder } else { remainders = nil }
    }
    return .int8(QuantisedWeights(weights: weights, scale: scale), remainder: remainders)
  }
}
