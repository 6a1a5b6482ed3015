// SPDX-License-Identifier: Apache-2.0
import Kernels

extension ModelInfo {
  /// Multiply-adds of the parts, predicted from their shapes; what is not a product is left out.
  public struct Cost: Equatable, Sendable {
    /// One pass of the encoder.
    public let encode: Int
    /// One predictor step of one candidate; of a transformer, with a whole window.
    public let predict: Int
    /// What each candidate's action costs once, however many steps remember it.
    public let action: Int
    /// One latent through the goal distance head.
    public let embed: Int

    /// One look, then `iterations` times all candidates over the horizon.
    public func plan(candidates: Int, horizon: Int, iterations: Int) -> Int {
      encode + candidates * horizon * iterations * (predict + action + embed)
    }
  }

  /// What the model costs to run.
  public var cost: Cost {
    Cost(encode: encodeCost, predict: predictCost, action: actionCost, embed: embedCost)
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
    case .vit(let shape):
      // The last block computes keys and values of all tokens, and the rest of the class token's.
      let (tokens, width) = (shape.patches + 1, shape.width)
      let answer = width * (width + 2 * shape.mlp) + 2 * tokens * width
      let block = tokens * (3 * width * width + answer)
      let last = tokens * 3 * width * width + answer
      return shape.patches * shape.patchValues * width + (shape.blocks - 1) * block + last
        + shape.projector * (width + latent)
    }
  }

  private var predictCost: Int {
    switch predictor {
    case .residualMLP(let shape):
      let width = shape.hidden
      return width
        * (shape.row(latent: latent, action: action.width) + shape.blocks * width + latent)
    case .adaLNTransformer(let shape):
      let (width, tokens) = (shape.width, shape.history)
      let attended = shape.heads * shape.headWidth
      let mlp = 2 * width * shape.mlp
      // The first token's value and output layers are one.
      let attending = (tokens - 1) * 2 * width * attended + width * width
      let seen = tokens * (tokens + 1) * attended
      let block = tokens * (2 * width * attended + mlp) + attending + seen
      let last = tokens * 2 * width * attended + 2 * width * attended + 2 * tokens * attended + mlp
      return (shape.blocks - 1) * block + last + 2 * width * shape.projector
    }
  }

  private var actionCost: Int {
    guard case .adaLNTransformer(let shape) = predictor else { return 0 }
    return action.width * shape.actionFeatures
      + shape.actionHidden * (shape.actionFeatures + shape.width)
      + shape.blocks * 6 * shape.width * shape.width
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
