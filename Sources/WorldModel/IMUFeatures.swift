// SPDX-License-Identifier: Apache-2.0

/// Which IMU readings a model sees and how they are scaled.
public struct IMUFeatures: Equatable, Sendable {
  /// One reading; the raw value is its place in a bin: gyro rad/s, then accel m/s².
  public enum Axis: Int, Sendable, CaseIterable {
    case gyroX, gyroY, gyroZ, accelX, accelY, accelZ

    /// The name in model files.
    public var name: String {
      ["gyro_x", "gyro_y", "gyro_z", "accel_x", "accel_y", "accel_z"][rawValue]
    }
  }

  /// The readings the model sees, in its order.
  public let axes: [Axis]
  /// Equal parts of one model step; each gives the mean of its readings.
  public let bins: Int
  /// One factor an axis.
  public let scale: [Float]
  /// One raw value an axis, subtracted first.
  public let offset: [Float]

  /// Values of one bin before `normalise`: gyro x, y, z (rad/s), accel x, y, z (m/s²).
  public static let binWidth = Axis.allCases.count

  /// Features of one interval.
  public var count: Int { bins * axes.count }

  /// features[bin, axis] = (bin mean - offset[axis]) * scale[axis].
  ///
  /// Shape: means [bins, 6], features [bins, axes], both oldest bin first.
  public func normalise(_ means: UnsafePointer<Float>, into features: UnsafeMutablePointer<Float>) {
    // SAFETY: indices stay below bins * 6 and bins * axes, the shapes of the contract.
    for bin in 0..<bins {
      for axis in axes.indices {
        let raw = means[bin * Self.binWidth + axes[axis].rawValue]
        features[bin * axes.count + axis] = (raw - offset[axis]) * scale[axis]
      }
    }
  }
}
