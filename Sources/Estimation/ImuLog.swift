// SPDX-License-Identifier: Apache-2.0
import Quantities

/// A recorded IMU log: CSV text with units in the header, as the BROAD recordings have it.
///
/// Columns, found by name in any order, others ignored:
/// ```
///   t_s, gx_rad_s, gy_rad_s, gz_rad_s, ax_m_s2, ay_m_s2, az_m_s2     needed
///   mx_uT, my_uT, mz_uT                 magnetometer: all or none; nan where a row has none
///   ref_w, ref_x, ref_y, ref_z          reference, body to earth: all or none; nan likewise
///   movement                            1 where the row counts in a score; absent: all count
/// ```
public struct ImuLog: Sendable {
  /// One row.
  public struct Sample: Sendable, Hashable {
    /// Units: s.
    public var timeS: Double
    /// Units: rad/s, body frame.
    public var gyroRadS: Vector3
    /// Specific force. Units: m/s2, body frame.
    public var accelMS2: Vector3
    /// Units: microtesla, body frame.
    public var magnetometerUT: Vector3?
    /// What an independent instrument says; earth is east, north, up.
    public var referenceBodyToEarth: Quaternion?
    /// The robot moves, and the row counts in a score.
    public var isMoving: Bool
  }

  /// Rows in the file's order; time never goes backwards.
  public let samples: [Sample]

  /// Reads a whole log.
  ///
  /// Throws: the first thing wrong, with its line (the header is line 1) and column.
  public init(csv bytes: [UInt8]) throws(ImuLogError) {
    var reader = ImuLogReader(bytes: bytes)
    samples = try reader.readAll()
  }

  /// Mean rate; nil where there are not two rows with time between them.
  public var sampleRateHz: Double? {
    guard let first = samples.first, let last = samples.last, last.timeS > first.timeS else {
      return nil
    }
    return Double(samples.count - 1) / (last.timeS - first.timeS)
  }

  /// True where every row has a magnetometer's sample.
  public var hasMagnetometer: Bool { samples.allSatisfy { $0.magnetometerUT != nil } }

  /// True where any row can count in a score.
  public var hasReference: Bool {
    samples.contains { $0.referenceBodyToEarth != nil && $0.isMoving }
  }
}
