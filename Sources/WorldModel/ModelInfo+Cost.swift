// SPDX-License-Identifier: Apache-2.0
import Kernels

extension ModelInfo {
  /// Multiply-adds of the parts, predicted from their shapes; what is not a product is left out.
  public struct Cost: Equatable, Sendable {
    /// One pass of the encoder.
    public let encode: Int
    /// One predictor step of one candidate.
    public let predict: Int
    /// One latent through the goal distance head.
    public let embed: Int

    /// One look, then `iterations` times all candidates over the horizon.
    public func plan(candidates: Int, horizon: Int, iterations: Int) -> Int {
      encode + candidates * horizon * iterations * (predict + embed)
    }
  }

  /// What the model costs to run.
  public var cost: Cost {
    Cost(encode: encodeCost, predict: predictCost, embed: embedCost)
  }

  private var encodeCost: Int {
    switch encoder {
    case .windowMLP(let shape):
      return Self.threeLayers(windowCount ?? 0, shape.hidden, latent)
    case .patchTransformer(let shape):
      let tokens = ModelInfo.PatchTransformer.tokens
      let width = shape.width
      let patches = 4 * tokens * shape.patch * shape.patch * 3 * shape.patchFeatures
      let merge = tokens * 4 * shape.patchFeatures * width
      let linears = tokens * width * width * (4 + 2 * shape.mlpRatio)
      let attention = 2 * tokens * tokens * width
      let output = tokens * shape.tokenFeatures * (width + latent)
      return patches + merge + shape.blocks * (linears + attention) + output
    }
  }

  private var predictCost: Int {
    let width = predictor.hidden
    return width * (predictorRow + predictor.blocks * width + latent)
  }

  private var embedCost: Int {
    head.map { Self.threeLayers(latent, $0.hidden, $0.embedding) } ?? 0
  }

  private static func threeLayers(_ inputs: Int, _ hidden: Int, _ outputs: Int) -> Int {
    hidden * (inputs + hidden + outputs)
  }
}

extension Safetensors {
  /// Trained numbers of a model file: weights and biases, without the scales and remainders that
  /// only say how they are stored.
  public var parameterCount: Int {
    tensors.values.filter { !$0.name.hasSuffix(".scale") && !$0.name.hasSuffix(".remainder") }
      .reduce(0) { $0 + $1.count }
  }
}
