// SPDX-License-Identifier: Apache-2.0

/// How far the picture moved sideways from one frame to the next, from the frames' column means.
///
/// Turning left moves the picture to the right: positive.
public struct ImageShift: Sendable {
  /// A picture moves at most this share of its width: further, too little of it is still there.
  private static let reach = 0.25
  /// Below this standard deviation of the column means there is nothing to see but noise. Units:
  /// grey levels. A camera's noise of 4 levels over 64 rows leaves 0.5.
  private static let contrast = 3.0

  private let width: Int
  private let height: Int
  private var last: [Double]?

  public init(width: Int, height: Int) {
    precondition(width >= 8 && height >= 1, "a picture of at least 8 columns")
    (self.width, self.height) = (width, height)
  }

  /// Takes the next picture; pixels to the right since the last, with a fraction. Nil for the
  /// first, and where nothing can be recognised.
  ///
  /// Shape: pixels [height, width, 3].
  public mutating func shiftPx(to pixels: [UInt8]) -> Double? {
    precondition(pixels.count == width * height * 3, "a picture of the camera's size")
    var profile = [Double](repeating: 0, count: width)
    for row in 0..<height {
      for column in 0..<width {
        let at = (row * width + column) * 3
        profile[column] += Double(Int(pixels[at]) + Int(pixels[at + 1]) + Int(pixels[at + 2]))
      }
    }
    for column in 0..<width { profile[column] /= Double(3 * height) }
    defer { last = profile }
    guard let last, Self.deviation(profile) >= Self.contrast else { return nil }
    return best(from: last, to: profile)
  }

  /// The shift with the least squared difference, refined by a parabola through its neighbours.
  private func best(from: [Double], to: [Double]) -> Double? {
    let reach = Int(Double(width) * Self.reach)
    let costs = (-reach...reach).map { cost(from, to, shift: $0) }
    guard let least = costs.indices.min(by: { costs[$0] < costs[$1] }) else { return nil }
    guard least > 0, least < costs.count - 1 else { return nil }
    let (before, at, after) = (costs[least - 1], costs[least], costs[least + 1])
    let bend = before - 2 * at + after
    guard bend > 0 else { return nil }
    return Double(least - reach) + 0.5 * (before - after) / bend
  }

  /// The variance of the difference: a change of the light alone costs nothing.
  private func cost(_ from: [Double], _ to: [Double], shift: Int) -> Double {
    var (sum, squares, count) = (0.0, 0.0, 0.0)
    for column in max(0, shift)..<min(width, width + shift) {
      let difference = to[column] - from[column - shift]
      sum += difference
      squares += difference * difference
      count += 1
    }
    return squares / count - (sum / count) * (sum / count)
  }

  private static func deviation(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count))
      .squareRoot()
  }
}
