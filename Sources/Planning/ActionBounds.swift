// SPDX-License-Identifier: Apache-2.0

/// The box every candidate lives in.
///
/// Source: iCEM, "Smaller improvements": clip at the action boundaries in the sampler, so that the
/// elites' statistics are those of actions that can be carried out.
struct ActionBounds: Sendable {
  /// Shape: `[actionCount]`. Units: raw.
  let lower, upper, middle, halfRange: [Float]

  init(_ ranges: [ClosedRange<Float>]) {
    lower = ranges.map(\.lowerBound)
    upper = ranges.map(\.upperBound)
    middle = ranges.map { $0.lowerBound + ($0.upperBound - $0.lowerBound) / 2 }
    halfRange = ranges.map { ($0.upperBound - $0.lowerBound) / 2 }
  }

  /// The nearest value inside the bounds; the middle for what is not a number.
  @inline(__always)
  func clip(_ value: Float, dimension: Int) -> Float {
    value.isNaN ? middle[dimension] : min(max(value, lower[dimension]), upper[dimension])
  }
}
