// SPDX-License-Identifier: Apache-2.0

/// Everything a model file says about itself, typed and checked for sense.
public struct ModelInfo: Equatable, Sendable {
  /// The format this code reads.
  public static let format = "umwelt-jepa/1"

  /// Name of the board the model was trained for.
  public let board: String
  /// Seconds of one model step, one decision.
  public let stepS: Double
  /// Width of a latent.
  public let latent: Int
  /// The camera frame it sees; nil without a camera.
  public let frame: Frame?
  /// The IMU readings it sees; nil without an IMU.
  public let imu: IMUFeatures?
  /// The actions it knows.
  public let action: Action
  /// How a latent is made.
  public let encoder: Encoder
  /// How the next latent is imagined.
  public let predictor: Predictor
  /// Goal distance head; nil where the distance is taken between latents.
  public let head: Head?
  /// What is usual on validation data.
  public let surprise: Surprise
  /// Where the model comes from.
  public let training: Training

  /// The camera frame: RGB bytes, rows first; a pixel enters as value * scale + offset.
  public struct Frame: Equatable, Sendable {
    /// Pixels.
    public let width, height: Int
    /// How a byte becomes a number.
    public let scale, offset: Float
    /// Bytes of a frame.
    public var bytes: Int { width * height * 3 }
  }

  /// The action vector; entries are divided by `scale` on the way in.
  public struct Action: Equatable, Sendable {
    /// One name an entry.
    public let names: [String]
    /// One divisor an entry, in its unit.
    public let scale: [Float]
    /// Width of an action.
    public var width: Int { names.count }
  }

  /// How a latent is made.
  public enum Encoder: Equatable, Sendable {
    /// From a camera frame.
    case patchTransformer(PatchTransformer)
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

  /// Sizes of the encoder of IMU windows.
  public struct WindowMLP: Equatable, Sendable {
    /// Model steps of the window.
    public let window: Int
    /// Width of its hidden layers.
    public let hidden: Int
  }

  /// Sizes of the predictor.
  public struct Predictor: Equatable, Sendable {
    /// Width and number of its residual blocks.
    public let hidden, blocks: Int
    /// Latents and actions it sees.
    public let history: Int
    /// IMU features of the last interval; 0 for none.
    public let imuFeatures: Int
  }

  /// Sizes of the goal distance head.
  public struct Head: Equatable, Sendable {
    /// Width of its hidden layers and of an embedding.
    public let hidden, embedding: Int
  }

  /// What is usual on validation data: one-step ||z' - z||^2 / D, and ||z||.
  public struct Surprise: Equatable, Sendable {
    /// Median and 99th percentile of the error; 1st and 99th of the norm.
    public let latentErrorP50, latentErrorP99, normP01, normP99: Float
  }

  /// Where the model comes from.
  public struct Training: Equatable, Sendable {
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

  /// Values of the window the window encoder reads, or nil for other encoders: `window` steps,
  /// oldest first, each its normalised IMU features, then the scaled action before it.
  public var windowCount: Int? {
    guard case .windowMLP(let encoder) = encoder else { return nil }
    return encoder.window * ((imu?.count ?? 0) + action.width)
  }

  /// Width of one predictor row.
  var predictorRow: Int {
    let imuRow = predictor.imuFeatures > 0 ? predictor.imuFeatures + 1 : 0
    return predictor.history * (latent + action.width) + imuRow
  }
}
