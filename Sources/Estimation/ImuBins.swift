// SPDX-License-Identifier: Apache-2.0
import Quantities

/// Means of the IMU in equal time bins of one decision interval, as the world model takes them.
///
/// Shape: bins x [gyro x, y, z, accel x, y, z], oldest bin first. Units: rad/s with the bias taken
/// off by the caller, and m/s2. A bin without a sample repeats the one before it (the first bin:
/// the last of the interval before; before any sample: zeros). Storage is made in `init`.
public struct ImuBins: Sendable {
  /// Values of one bin.
  public static let axes = 6
  /// Number of bins.
  public let bins: Int
  private var sums: [Double]
  private var counts: [Int]
  private var last: [Double]

  /// Empty bins.
  ///
  /// - Parameter bins: into how many equal parts an interval is cut; at least 1.
  public init(bins: Int) {
    precondition(bins > 0, "an interval has at least one bin")
    self.bins = bins
    sums = [Double](repeating: 0, count: bins * Self.axes)
    counts = [Int](repeating: 0, count: bins)
    last = [Double](repeating: 0, count: Self.axes)
  }

  /// Number of values `take` writes.
  public var valueCount: Int { bins * Self.axes }

  /// Samples of the current interval so far.
  public var sampleCount: Int {
    var total = 0
    for count in counts { total += count }
    return total
  }

  /// Adds a sample taken at `fraction` of the interval: 0 its start, 1 its end (clamped, so that a
  /// sample that came a little early or late still counts).
  public mutating func add(gyroRadS: Vector3, accelMS2: Vector3, fraction: Double) {
    guard fraction.isFinite else { return }
    let bin = Int((min(max(fraction, 0), 1) * Double(bins)).rounded(.down))
    add(gyroRadS: gyroRadS, accelMS2: accelMS2, bin: min(bin, bins - 1))
  }

  /// Adds a sample to a bin; one that is not finite is left out.
  public mutating func add(gyroRadS: Vector3, accelMS2: Vector3, bin: Int) {
    precondition(bin >= 0 && bin < bins, "bin \(bin) is not below \(bins)")
    guard gyroRadS.isFinite, accelMS2.isFinite else { return }
    let base = bin * Self.axes
    for axis in 0..<3 {
      sums[base + axis] += gyroRadS[axis]
      sums[base + 3 + axis] += accelMS2[axis]
    }
    counts[bin] += 1
  }

  /// Writes the interval's means to `values` from index `start` on, and begins the next interval.
  public mutating func take(into values: inout [Float], at start: Int = 0) {
    precondition(
      start >= 0 && start + valueCount <= values.count,
      "\(valueCount) values from \(start) on do not fit \(values.count)")
    for bin in 0..<bins {
      for axis in 0..<Self.axes {
        let index = bin * Self.axes + axis
        if counts[bin] > 0 { last[axis] = sums[index] / Double(counts[bin]) }
        values[start + index] = Float(last[axis])
        sums[index] = 0
      }
      counts[bin] = 0
    }
  }
}
