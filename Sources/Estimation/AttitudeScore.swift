// SPDX-License-Identifier: Apache-2.0
import Quantities

/// How far an estimated orientation is from an optical reference, as root mean squares.
///
/// The error is taken in the earth frame, reference times inverse estimate. Both must share that
/// frame (east, north, up); no alignment is fitted, so a heading offset counts in full, and of a
/// six-axis estimate, whose heading is relative, only the inclination means something.
/// Source: Laidig et al., "BROAD: A Benchmark for Robust Inertial Orientation Estimation", Data
/// 6(7) (2021): total 2 acos|w|, inclination 2 acos √(w² + z²).
public struct AttitudeScore: Sendable {
  private var totalSquares = 0.0
  private var inclinationSquares = 0.0
  /// Rows taken in.
  public private(set) var rows = 0

  /// A score of nothing.
  public init() {}

  /// Takes in one row, if it counts: the robot moves and the reference is known.
  public mutating func add(estimate: Quaternion, sample: ImuLog.Sample) {
    guard sample.isMoving, let reference = sample.referenceBodyToEarth else { return }
    add(estimate: estimate, reference: reference)
  }

  /// Takes in one pair of body-to-earth rotations.
  public mutating func add(estimate: Quaternion, reference: Quaternion) {
    let e = (reference * estimate.conjugate).normalized
    let horizontal = (e.x * e.x + e.y * e.y).squareRoot()
    let vertical = (e.w * e.w + e.z * e.z).squareRoot()
    // The paper's arc cosines as arc tangents, which do not lose small angles.
    let inclination = 2 * angle(horizontal, vertical)
    let total = 2 * angle((horizontal * horizontal + e.z * e.z).squareRoot(), abs(e.w))
    inclinationSquares += inclination * inclination
    totalSquares += total * total
    rows += 1
  }

  /// Nil before the first row.
  public var inclinationRmseDeg: Double? { rootMean(inclinationSquares) }

  /// Nil before the first row.
  public var totalRmseDeg: Double? { rootMean(totalSquares) }

  private func rootMean(_ squares: Double) -> Double? {
    rows > 0 ? degrees(radians: (squares / Double(rows)).squareRoot()) : nil
  }

  private func angle(_ opposite: Double, _ adjacent: Double) -> Double {
    Quaternion(w: adjacent, x: opposite, y: 0, z: 0).inclinationRad / 2
  }
}
