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
  /// What is usual on validation data; nil where nobody measured it, as in a model from elsewhere.
  public let surprise: Surprise?
  /// Where the model comes from; nil where the file does not say.
  public let training: Training?

  /// The camera frame: RGB bytes, rows first; a pixel enters as value * scale + offset.
  public struct Frame: Equatable, Sendable {
    /// Pixels.
    public let width, height: Int
    /// How a byte becomes a number.
    public let scale, offset: Float
    /// Bytes of a frame.
    public var bytes: Int { width * height * 3 }
  }

  /// The action vector; an entry enters as (value - offset) / scale.
  public struct Action: Equatable, Sendable {
    /// One name an entry.
    public let names: [String]
    /// One divisor, and what is subtracted before, an entry, in its unit.
    public let scale, offset: [Float]
    /// Raw actions in one model step, one after another.
    public let block: Int
    /// Width of an action.
    public var width: Int { names.count }
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

  /// Values of the window the window encoder reads, or nil for other encoders: `window` steps,
  /// oldest first, each its normalised IMU features, then the scaled action before it.
  public var windowCount: Int? {
    guard case .windowMLP(let encoder) = encoder else { return nil }
    return encoder.window * ((imu?.count ?? 0) + action.width)
  }
}
