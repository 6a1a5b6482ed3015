// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Estimation
import Quantities
import Simulation

/// The fake chips that a recording can be played through.
enum PlaybackChip: String, CaseIterable { case mpu6050 }

/// How a recording came through a chip.
struct ChipPlayback {
  let chip: PlaybackChip
  /// What the chip was set to.
  let settings: String
  /// The rate of the chip's divider, nearest to the log's. Rows are sampled at the log's times,
  /// each with its edge.
  let rateHz: Double
  /// Rows with an axis that the range clipped.
  let saturatedSamples: Int
  /// Largest difference between the driver's time of a sample and the log's.
  let worstTimeErrorS: Double

  /// How often the driver looks, as a robot's control loop does.
  private static let look = Interval(nanoseconds: 10_000_000)
  // The widest ranges, so that any recording fits that can (RM-MPU-6000A 4.4, 4.5), and the widest
  // filter, which the playback does not apply.
  private static let gyroRangeDegS = 2000.0
  private static let accelRangeG = 16.0
  private static let filterHz = 184.0

  /// Replaces what the rows measured by what the MPU-6050's driver read; their times stay.
  static func throughMPU6050(
    _ samples: inout [ImuLog.Sample], path: String, rateHz: Double
  ) throws(AttitudeError) -> ChipPlayback {
    let start = samples[0].timeS
    let playback = MotionPlayback(
      rows: samples.map {
        MotionPlayback.Row(
          time: Interval(seconds: $0.timeS - start),
          motion: Motion(angularRateRadS: $0.gyroRadS, specificForceMS2: $0.accelMS2))
      })
    let chipRateHz = dividedRateHz(nearest: rateHz)
    let read: [InertialSample]
    do throws(DeviceError) { read = try drainAll(playback, rateHz: chipRateHz) } catch {
      throw .device(error)
    }
    guard read.count == samples.count else {
      throw .samplesLost(path: path, rows: samples.count, read: read.count)
    }
    var worst = 0.0
    for (row, sample) in read.enumerated() {
      (samples[row].gyroRadS, samples[row].accelMS2) = (sample.gyroRadS, sample.accelMS2)
      worst = max(worst, abs((sample.at - playback.sampledAt(row)).seconds))
    }
    return ChipPlayback(
      chip: .mpu6050, settings: "\(Int(gyroRangeDegS)) deg/s, \(Int(accelRangeG)) g",
      rateHz: chipRateHz,
      saturatedSamples: playback.saturatedSamples, worstTimeErrorS: worst)
  }

  private static func drainAll(
    _ playback: MotionPlayback, rateHz: Double
  ) throws(DeviceError) -> [InertialSample] {
    let clock = playback.clock
    let driver = try InertialChip.mpu6050.driver(
      device: I2CDevice(bus: playback.bus, address: MotionPlayback.address),
      dataReady: playback.dataReady,
      settings: InertialSettings(
        rateHz: rateHz, gyroRangeRadS: gyroRangeDegS * .pi / 180,
        accelRangeMS2: accelRangeG * standardGravityMS2, filterHz: filterHz))
    try driver.start(clock: clock)
    var read: [InertialSample] = []
    while let next = playback.nextSampleAt {
      clock.sleep(until: max(next, clock.now + look))
      try driver.drain { read.append($0) }
    }
    return read
  }

  /// 1000 Hz / n, n = 1...200 (RM-MPU-6000A 4.2; 200 is the slowest that `AttitudeRun` lets
  /// through).
  private static func dividedRateHz(nearest rateHz: Double) -> Double {
    let faster = min(200, max(1, (1000 / rateHz).rounded(.down)))
    let slower = min(200, faster + 1)
    return abs(1000 / slower - rateHz) < abs(1000 / faster - rateHz) ? 1000 / slower : 1000 / faster
  }
}
