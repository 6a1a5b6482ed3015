// SPDX-License-Identifier: Apache-2.0
import Estimation
import Quantities

/// One log through the attitude filter.
struct AttitudeRun {
  let path: String
  let log: ImuLog
  let sixAxis: Bool
  let settings: AttitudeSettings
  let through: PlaybackChip?

  /// Throws: `AttitudeError` when the log is too slow or too fast or the chip lost rows.
  func result() throws(AttitudeError) -> AttitudeResult {
    guard let timeline = log.timeline() else { throw .rate(path: path, hz: nil) }
    guard AttitudeFilter.sampleRatesHz.contains(timeline.rateHz) else {
      throw .rate(path: path, hz: timeline.rateHz.isFinite ? timeline.rateHz : nil)
    }
    switch through {
    case nil: return estimate(log.samples, timeline, usesField: !sixAxis, chip: nil)
    case .mpu6050:
      var samples = log.samples
      let chip = try ChipPlayback.throughMPU6050(&samples, path: path, rateHz: timeline.rateHz)
      return estimate(samples, timeline, usesField: false, chip: chip)
    }
  }

  private func estimate(
    _ samples: [ImuLog.Sample], _ timeline: ImuTimeline, usesField: Bool, chip: ChipPlayback?
  ) -> AttitudeResult {
    var replay = AttitudeReplay(
      log: log, timeline: timeline, usesField: usesField, settings: settings)
    var result = AttitudeResult(
      rateHz: timeline.rateHz, fieldRateHz: replay.fieldRateHz,
      gaps: timeline.rowsAfterGaps.count, delayS: settings.delayS, chip: chip)
    result.orientations.reserveCapacity(samples.count)
    for (row, sample) in samples.enumerated() {
      let bodyToEarth = replay.step(row: row, sample: sample)
      result.orientations.append(bodyToEarth)
      result.score.add(estimate: bodyToEarth, sample: sample)
    }
    return result
  }
}

/// What came out of it.
struct AttitudeResult {
  let rateHz: Double
  /// New magnetic fields in a second; nil when there is none to give heading.
  let fieldRateHz: Double?
  /// Pauses in the log, after each of which the filter began anew.
  let gaps: Int
  let delayS: Double
  let chip: ChipPlayback?
  /// Body to east-north-up, one for each row.
  var orientations: [Quaternion] = []
  var score = AttitudeScore()

  init(
    rateHz: Double, fieldRateHz: Double?, gaps: Int, delayS: Double, chip: ChipPlayback?
  ) {
    (self.rateHz, self.fieldRateHz, self.gaps) = (rateHz, fieldRateHz, gaps)
    (self.delayS, self.chip) = (delayS, chip)
  }

  /// A magnetometer gave heading; otherwise it is relative to the first row.
  var hasHeading: Bool { fieldRateHz != nil }

  /// CSV, with the log's own times.
  func table(times log: ImuLog) -> [UInt8] {
    var bytes = Array("t_s,qw,qx,qy,qz\n".utf8)
    bytes.reserveCapacity(64 * orientations.count)
    for (sample, q) in zip(log.samples, orientations) {
      let numbers = [fixed(sample.timeS, 6)] + [q.w, q.x, q.y, q.z].map { fixed($0, 9) }
      bytes += numbers.joined(separator: ",").utf8
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }
}
