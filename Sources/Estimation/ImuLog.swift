// SPDX-License-Identifier: Apache-2.0
import Quantities

/// A recorded IMU log: CSV text with units in the header, as the BROAD recordings have it.
///
/// Columns, found by name in any order, others ignored:
/// ```
///   t_s, gx_rad_s, gy_rad_s, gz_rad_s, ax_m_s2, ay_m_s2, az_m_s2     needed
///   mx_uT, my_uT, mz_uT                 magnetometer: all or none; nan or empty: a row has none
///   ref_w, ref_x, ref_y, ref_z          reference, body to earth: all or none; likewise
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

    package init(
      timeS: Double, gyroRadS: Vector3, accelMS2: Vector3, magnetometerUT: Vector3?,
      referenceBodyToEarth: Quaternion?, isMoving: Bool
    ) {
      (self.timeS, self.gyroRadS, self.accelMS2) = (timeS, gyroRadS, accelMS2)
      (self.magnetometerUT, self.isMoving) = (magnetometerUT, isMoving)
      self.referenceBodyToEarth = referenceBodyToEarth
    }
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

  /// Rows that came another way; time never goes backwards.
  package init(samples: [Sample]) { self.samples = samples }

  /// When the rows were taken; nil where there are not two with time between them.
  public func timeline() -> ImuTimeline? { ImuTimeline(timesS: samples.map(\.timeS)) }

  /// The row's magnetic field, if it is a new one: a magnetometer slower than the log leaves rows
  /// empty or repeats itself, and one that is not there reads zero. Units: microtesla.
  public func newFieldUT(row: Int) -> Vector3? {
    guard let field = samples[row].magnetometerUT, field != .zero else { return nil }
    return row > 0 && field == samples[row - 1].magnetometerUT ? nil : field
  }

  /// How many rows there are to one new field, as a rule: long pauses, as of a body at rest whose
  /// field does not change by a count, do not count. Nil where no row has a field.
  public func rowsPerField() -> Double? {
    let rows = samples.indices.filter { newFieldUT(row: $0) != nil }
    guard rows.count > 1 else { return rows.isEmpty ? nil : 1 }
    return usualInterval(zip(rows.dropFirst(), rows).map { Double($0 - $1) })
  }

  /// True where any row can count in a score.
  public var hasReference: Bool {
    samples.contains { $0.referenceBodyToEarth != nil && $0.isMoving }
  }
}
