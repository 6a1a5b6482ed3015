// SPDX-License-Identifier: Apache-2.0

/// A layer's weights as int8 with one scale an output: w[o, i] ~ scale[o] * weights[o, i].
///
/// Source: `quantize_weight` in tools/train/quantize.py, bit for bit.
public struct QuantisedWeights: Equatable, Sendable {
  /// Each in -127...127. Shape: [outputs, inputs].
  public let weights: [Int8]
  /// max|w| / 127 of the output's row, and at least `leastScale`. Shape: [outputs].
  public let scale: [Float]

  /// The scale of a row of zeros, so that every scale is more than 0.
  public static let leastScale: Float = 1e-12
  /// Steps of a remainder in one step of a weight: ±127 of them are half a step.
  public static let remainderSteps: Float = 254

  /// Rounds half to even.
  ///
  /// Shape: floats [outputs, inputs]. Precondition: all are finite.
  public init(_ floats: [Float], inputs: Int) {
    precondition(inputs > 0 && floats.count % inputs == 0)
    var weights: [Int8] = []
    weights.reserveCapacity(floats.count)
    var scales: [Float] = []
    for start in stride(from: 0, to: floats.count, by: inputs) {
      let row = floats[start..<start + inputs]
      let peak = row.reduce(0) { max($0, abs($1)) }
      let scale = max(peak / 127, Self.leastScale)
      scales.append(scale)
      for value in row { weights.append(Self.step(value / scale)) }
    }
    (self.weights, scale) = (weights, scales)
  }

  /// What rounding lost, in parts of a step: w[o, i] ~ scale[o] * (weights + remainder / 254).
  ///
  /// Shape: floats as at init, result alike.
  public func remainder(of floats: [Float]) -> [Int8] {
    precondition(floats.count == weights.count)
    let inputs = scale.isEmpty ? 1 : floats.count / scale.count
    return floats.indices.map { index in
      let lost = floats[index] / scale[index / inputs] - Float(weights[index])
      return Self.step(lost * Self.remainderSteps)
    }
  }

  /// The largest ||w - scale * weights|| / ||w|| of any output's row; 0 for rows of zeros.
  ///
  /// Shape: floats as at init.
  public func worstRelativeError(to floats: [Float]) -> Double {
    precondition(floats.count == weights.count)
    let inputs = scale.isEmpty ? 1 : floats.count / scale.count
    var worst = 0.0
    for row in scale.indices {
      var (error, size) = (0.0, 0.0)
      for index in row * inputs..<(row + 1) * inputs {
        let exact = Double(floats[index])
        let difference = exact - Double(scale[row]) * Double(weights[index])
        error += difference * difference
        size += exact * exact
      }
      if size > 0 { worst = max(worst, (error / size).squareRoot()) }
    }
    return worst
  }

  private static func step(_ value: Float) -> Int8 {
    Int8(max(-127, min(127, value.rounded(.toNearestOrEven))))
  }
}

extension QuantisedWeights {
  /// Those a file holds already.
  init(weights: [Int8], scale: [Float]) { (self.weights, self.scale) = (weights, scale) }
}
