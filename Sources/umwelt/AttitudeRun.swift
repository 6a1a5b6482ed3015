// SPDX-License-Identifier: Apache-2.0
import Estimation
import Quantities

/// One log through the attitude filter.
struct AttitudeRun {
  /// The slowest log that `AttitudeFilter` takes.
  static let lowestRateHz = 5.0

  let path: String
  let log: ImuLog
  let sixAxis: Bool
  let through: PlaybackChip?

  /// Throws: `AttitudeError` when the log is too slow or the chip lost rows.
  func result() throws(AttitudeError) -> AttitudeResult {
    guard let rateHz = log.sampleRateHz else { throw .rate(path: path, hz: nil) }
    guard rateHz >= Self.lowestRateHz else { throw .rate(path: path, hz: rateHz) }
    switch through {
    case nil: return estimate(log.samples, rateHz: rateHz, usesField: !sixAxis, chip: nil)
    case .mpu6050:
      var samples = log.samples
      let chip = try ChipPlayback.throughMPU6050(&samples, path: path, rateHz: rateHz)
      return estimate(samples, rateHz: rateHz, usesField: false, chip: chip)
    }
  }

  private func estimate(
    _ samples: [ImuLog.Sample], rateHz: Double, usesField: Bool, chip: ChipPlayback?
  ) -> AttitudeResult {
    let fields = usesField ? samples.count { $0.magnetometerUT != nil } : 0
    var filter = AttitudeFilter(
      sampleRateHz: rateHz,
      magnetometerRateHz: fields > 0 ? rateHz * Double(fields) / Double(samples.count) : nil)
    var result = AttitudeResult(rateHz: rateHz, hasHeading: fields > 0, chip: chip)
    result.orientations.reserveCapacity(samples.count)
    for sample in samples {
      if usesField, let field = sample.magnetometerUT {
        filter.update(gyroRadS: sample.gyroRadS, accelMS2: sample.accelMS2, magnetometer: field)
      } else {
        filter.update(gyroRadS: sample.gyroRadS, accelMS2: sample.accelMS2)
      }
      result.orientations.append(filter.bodyToEarth)
      result.score.add(estimate: filter.bodyToEarth, sample: sample)
    }
    return result
  }
}

/// What came out of it.
struct AttitudeResult {
  let rateHz: Double
  /// A magnetometer gave heading; otherwise it is relative to the first row.
  let hasHeading: Bool
  let chip: ChipPlayback?
  /// Body to east-north-up, one for each row.
  var orientations: [Quaternion] = []
  var score = AttitudeScore()

  init(rateHz: Double, hasHeading: Bool, chip: ChipPlayback?) {
    (self.rateHz, self.hasHeading, self.chip) = (rateHz, hasHeading, chip)
  }

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
