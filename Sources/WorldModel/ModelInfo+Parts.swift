// SPDX-License-Identifier: Apache-2.0

extension ModelInfo {
  /// How a latent is made.
  public enum Encoder: Equatable, Sendable {
    /// From a camera frame, by few tokens.
    case patchTransformer(PatchTransformer)
    /// From a camera frame, by one token a patch and a class token.
    case vit(VisionTransformer)
    /// From a window of IMU readings and actions.
    case windowMLP(WindowMLP)
  }

  /// Sizes of the encoder of camera frames.
  public struct PatchTransformer: Equatable, Sendable {
    /// Tokens, of 2 x 2 patches each.
    public static let tokens = 16
    /// Side of a square patch, pixels.
    public let patch: Int
    /// Layer sizes, as in the format.
    public let patchFeatures, width, blocks, heads, mlpRatio, tokenFeatures: Int
  }

  /// Sizes of LeWorldModel's encoder: a vision transformer and a projector of two layers.
  public struct VisionTransformer: Equatable, Sendable {
    /// Side of a square patch, pixels.
    public let patch: Int
    /// Layer sizes, as in the format.
    public let width, blocks, heads, mlp, projector: Int
    /// Of the norms.
    public let epsilon: Float
    /// Patches of a frame.
    public let patches: Int
    /// The most: their attention's scores then take 64 MB, and published ones have 256.
    static let maximumPatches = 4096
    /// Values of a patch.
    var patchValues: Int { patch * patch * 3 }
  }

  /// Sizes of the encoder of IMU windows.
  public struct WindowMLP: Equatable, Sendable {
    /// Model steps of the window.
    public let window: Int
    /// Width of its hidden layers.
    public let hidden: Int
  }

  /// How the next latent is imagined.
  public enum Predictor: Equatable, Sendable {
    /// All of the past as one row.
    case residualMLP(ResidualMLP)
    /// A token a latent, modulated by the action taken there.
    case adaLNTransformer(AdaLNTransformer)

    /// Latents and actions it sees.
    public var history: Int {
      switch self {
      case .residualMLP(let shape): shape.history
      case .adaLNTransformer(let shape): shape.history
      }
    }

    /// IMU features of the last interval that it takes; 0 for none.
    public var imuFeatures: Int {
      if case .residualMLP(let shape) = self { shape.imuFeatures } else { 0 }
    }

    /// The fewest latents it predicts from: the MLP's row has no place left empty.
    public var leastHistory: Int {
      if case .residualMLP(let shape) = self { shape.history } else { 1 }
    }
  }

  /// Sizes of the predictor that sees its past as one row.
  public struct ResidualMLP: Equatable, Sendable {
    /// Width and number of its residual blocks.
    public let hidden, blocks: Int
    /// Latents and actions it sees.
    public let history: Int
    /// IMU features of the last interval; 0 for none.
    public let imuFeatures: Int

    /// Width of one row.
    func row(latent: Int, action: Int) -> Int {
      history * (latent + action) + (imuFeatures > 0 ? imuFeatures + 1 : 0)
    }
  }

  /// Sizes of LeWorldModel's predictor: an action encoder, a transformer and a projector.
  public struct AdaLNTransformer: Equatable, Sendable {
    /// Width of a token: the latent's.
    public let width: Int
    /// Layer sizes, as in the format.
    public let blocks, heads, headWidth, mlp, actionFeatures, actionHidden, projector: Int
    /// The most latents and actions it sees.
    public let history: Int
  }

  /// Where the model comes from.
  public enum Training: Equatable, Sendable {
    /// Trained by tools/train.
    case run(TrainingRun)
    /// Converted from a file of weights by tools/export.
    case conversion(Conversion)
  }

  /// A run of tools/train.
  public struct TrainingRun: Equatable, Sendable {
    /// Of the training run.
    public let seed: Int
    /// Of the data set file.
    public let dataSHA256: String
    /// Episodes of data and optimiser steps.
    public let dataEpisodes, steps: Int
    /// What the training took, s.
    public let cpuSeconds, wallSeconds: Double
    /// PyTorch's version and the command line that trained it.
    public let torch, command: String
  }

  /// A run of tools/export.
  public struct Conversion: Equatable, Sendable {
    /// Name and SHA-256 of the file that was converted, and the command line that did it.
    public let source, sha256, command: String
  }
}
