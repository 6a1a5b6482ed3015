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
  public let frame: Frame?
  public let imu: IMUFeatures?
  public let action: Action
  public let encoder: Encoder
  public let predictor: Predictor
  /// Goal distance head; nil where the distance is taken between latents.
  public let head: Head?
  public let surprise: Surprise
  public let training: Training

  /// The camera frame: RGB bytes, rows first; a pixel enters as value * scale + offset.
  public struct Frame: Equatable, Sendable {
    public let width, height: Int
    public let scale, offset: Float
    /// Bytes of a frame.
    public var bytes: Int { width * height * 3 }
  }

  /// The action vector; entries are divided by `scale` on the way in.
  public struct Action: Equatable, Sendable {
    public let names: [String]
    public let scale: [Float]
    /// Width of an action.
    public var width: Int { names.count }
  }

  /// How a latent is made.
  public enum Encoder: Equatable, Sendable {
    case patchTransformer(PatchTransformer)
    case windowMLP(WindowMLP)
  }

  public struct PatchTransformer: Equatable, Sendable {
    /// Side of a square patch, pixels.
    public let patch: Int
    public let patchFeatures, width, blocks, heads, mlpRatio, tokenFeatures: Int
  }

  public struct WindowMLP: Equatable, Sendable {
    /// Model steps of the window.
    public let window: Int
    public let hidden: Int
  }

  public struct Predictor: Equatable, Sendable {
    public let hidden, blocks: Int
    /// Latents and actions it sees.
    public let history: Int
    /// IMU features of the last interval; 0 for none.
    public let imuFeatures: Int
  }

  public struct Head: Equatable, Sendable {
    public let hidden, embedding: Int
  }

  /// What is usual on validation data: one-step ||z' - z||^2 / D, and ||z||.
  public struct Surprise: Equatable, Sendable {
    public let latentErrorP50, latentErrorP99, normP01, normP99: Float
  }

  /// Where the model comes from.
  public struct Training: Equatable, Sendable {
    public let seed: Int
    public let dataSHA256: String
    public let dataEpisodes, steps: Int
    public let cpuSeconds, wallSeconds: Double
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
