// SPDX-License-Identifier: Apache-2.0
import Quantities
import WorldModel

/// Turns what the senses hold into the newest latent: the frame, or a window of IMU intervals.
struct Sight {
  private let model: WorldModel
  /// Window steps still to come before the window is whole.
  private(set) var missing: Int
  private var window: [Float]
  private let stepWidth: Int
  private let windowSteps: Int
  /// Normalised IMU features of the interval that just ended. Shape: [bins, axes].
  private(set) var features: [Float]
  private(set) var latent: [Float]

  init(model: WorldModel) {
    self.model = model
    latent = [Float](repeating: 0, count: model.info.latent)
    features = [Float](repeating: 0, count: model.info.imu?.count ?? 0)
    if case .windowMLP(let shape) = model.info.encoder {
      windowSteps = shape.window
    } else {
      windowSteps = 0
    }
    stepWidth = features.count + model.info.action.width
    window = [Float](repeating: 0, count: windowSteps * stepWidth)
    missing = windowSteps
  }

  /// Whether there is enough past to see with.
  var isReady: Bool { missing == 0 }

  mutating func clear() { missing = windowSteps }

  /// Looks: fills `features` and, once ready, `latent`. `lastAction` led to this interval.
  mutating func look(_ percept: Percept, lastAction: SIMD8<Float>) {
    setFeatures(percept.imuMeans)
    if windowSteps > 0 {
      push(lastAction)
      missing = max(0, missing - 1)
      if isReady { encodeWindow() }
    } else if let frame = percept.frame {
      encode(frame.pixels)
    }
  }

  /// The latent of a picture. Shape: [height, width, 3] of the model's frame.
  mutating func encode(_ pixels: [UInt8]) {
    precondition(pixels.count == model.info.frame?.bytes, "a frame of the model's size")
    pixels.withUnsafeBufferPointer { source in
      latent.withUnsafeMutableBufferPointer { target in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        // SAFETY: both hold what the model states; they outlive the call.
        model.encode(frame: from, into: to)
      }
    }
  }

  /// The latent of standing level and still, with nothing commanded.
  mutating func encodeLevelRest() {
    let rest: [Float] = [0, 0, 0, 0, 0, Float(standardGravityMS2)]
    setFeatures((0..<(model.info.imu?.bins ?? 0)).flatMap { _ in rest })
    for _ in 0..<windowSteps { push(.zero) }
    encodeWindow()
  }

  private mutating func setFeatures(_ means: [Float]) {
    guard let imu = model.info.imu else { return }
    precondition(means.count == imu.bins * IMUFeatures.binWidth, "IMU means of the model's bins")
    means.withUnsafeBufferPointer { source in
      features.withUnsafeMutableBufferPointer { target in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        // SAFETY: sizes were checked above; both outlive the call.
        imu.normalise(from, into: to)
      }
    }
  }

  private mutating func push(_ lastAction: SIMD8<Float>) {
    let last = window.count - stepWidth
    for i in 0..<last { window[i] = window[i + stepWidth] }
    for i in features.indices { window[last + i] = features[i] }
    for i in 0..<model.info.action.width {
      let raw = lastAction[i] - model.info.action.offset[i]
      window[last + features.count + i] = raw / model.info.action.scale[i]
    }
  }

  private mutating func encodeWindow() {
    window.withUnsafeBufferPointer { source in
      latent.withUnsafeMutableBufferPointer { target in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        // SAFETY: both hold what the model states; they outlive the call.
        model.encode(window: from, into: to)
      }
    }
  }
}
