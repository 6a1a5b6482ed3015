// SPDX-License-Identifier: Apache-2.0
import Quantities

/// A log through the attitude filter, row by row: uneven rows, gaps and a slow magnetometer as the
/// log has them.
public struct AttitudeReplay {
  /// When the rows were taken.
  public let timeline: ImuTimeline
  /// New magnetic fields in a second; nil when there is none to give heading.
  public let fieldRateHz: Double?
  private let log: ImuLog
  private var filter: AttitudeFilter

  /// Before the first row.
  ///
  /// - Parameters:
  ///   - timeline: the log's; at least 5 rows a second.
  ///   - usesField: the magnetometer, where there is one, gives heading.
  public init(log: ImuLog, timeline: ImuTimeline, usesField: Bool, settings: AttitudeSettings) {
    (self.log, self.timeline) = (log, timeline)
    fieldRateHz = usesField ? log.rowsPerField().map { timeline.rateHz / $0 } : nil
    filter = AttitudeFilter(
      sampleRateHz: timeline.rateHz, magnetometerRateHz: fieldRateHz, settings: settings)
  }

  /// Takes in the next row.
  ///
  /// - Parameter sample: the log's row, or what a chip made of it.
  /// - Returns: body to earth at its time.
  public mutating func step(row: Int, sample: ImuLog.Sample) -> Quaternion {
    if timeline.rowsAfterGaps.contains(row) { filter.restart() }
    let intervalS = timeline.intervalsS[row]
    if fieldRateHz != nil, let field = log.newFieldUT(row: row) {
      filter.update(
        gyroRadS: sample.gyroRadS, accelMS2: sample.accelMS2, magnetometer: field,
        intervalS: intervalS)
    } else {
      filter.update(gyroRadS: sample.gyroRadS, accelMS2: sample.accelMS2, intervalS: intervalS)
    }
    return filter.bodyToEarth
  }
}
