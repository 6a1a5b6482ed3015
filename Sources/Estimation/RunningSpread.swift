// SPDX-License-Identifier: Apache-2.0
import Quantities

/// Mean and standard deviation of vectors, one pass, nothing stored.
///
/// Source: Welford, "Note on a method for calculating corrected sums of squares" (1962).
struct RunningSpread {
  private(set) var count = 0
  private(set) var mean = Vector3.zero
  private var squares = Vector3.zero

  mutating func add(_ value: Vector3) {
    count += 1
    let before = value - mean
    mean += (1 / Double(count)) * before
    let after = value - mean
    squares += Vector3(before.x * after.x, before.y * after.y, before.z * after.z)
  }

  /// Zero below two samples.
  var standardDeviation: Vector3 {
    guard count > 1 else { return .zero }
    let n = Double(count - 1)
    return Vector3(
      (squares.x / n).squareRoot(), (squares.y / n).squareRoot(), (squares.z / n).squareRoot())
  }
}

/// The smallest box around vectors.
struct RunningRange {
  private var low = Vector3.zero
  private var high = Vector3.zero
  private var isEmpty = true

  mutating func add(_ value: Vector3) {
    if isEmpty { (low, high, isEmpty) = (value, value, false) }
    low = Vector3(min(low.x, value.x), min(low.y, value.y), min(low.z, value.z))
    high = Vector3(max(high.x, value.x), max(high.y, value.y), max(high.z, value.z))
  }

  var width: Vector3 { high - low }
}

extension Vector3 {
  var magnitudes: Vector3 { Vector3(abs(x), abs(y), abs(z)) }
}
