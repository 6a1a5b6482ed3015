// SPDX-License-Identifier: Apache-2.0
import Buses
import Codecs
import Devices
import Estimation
import Quantities
import Simulation
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// A recording through the fake chip and the real driver.
enum Played {
  static func samples(
    _ rows: [MotionPlayback.Row], rateHz: Double, gyroDegS: Double = 2000, accelG: Double = 16
  ) throws -> (samples: [InertialSample], playback: MotionPlayback) {
    let playback = MotionPlayback(rows: rows)
    let driver = try InertialChip.mpu6050.driver(
      device: I2CDevice(bus: playback.bus, address: MotionPlayback.address),
      dataReady: playback.dataReady,
      settings: InertialSettings(
        rateHz: rateHz, gyroRangeRadS: gyroDegS * .pi / 180,
        accelRangeMS2: accelG * 9.80665, filterHz: 184))
    let clock = playback.clock
    try driver.start(clock: clock)
    var samples: [InertialSample] = []
    while let next = playback.nextSampleAt {
      clock.sleep(until: max(next, clock.now + Interval(nanoseconds: 10_000_000)))
      try driver.drain { samples.append($0) }
    }
    #expect(driver.lostSamples == 0)
    return (samples, playback)
  }

  static func rows(_ log: ImuLog) -> [MotionPlayback.Row] {
    log.samples.map {
      MotionPlayback.Row(
        time: Interval(seconds: $0.timeS),
        motion: Motion(angularRateRadS: $0.gyroRadS, specificForceMS2: $0.accelMS2))
    }
  }

  static func inclinationRmseDeg(_ log: ImuLog, _ played: [InertialSample]? = nil) throws -> Double
  {
    var filter = AttitudeFilter(sampleRateHz: try #require(log.timeline()).rateHz)
    var score = AttitudeScore()
    for (row, sample) in log.samples.enumerated() {
      filter.update(
        gyroRadS: played?[row].gyroRadS ?? sample.gyroRadS,
        accelMS2: played?[row].accelMS2 ?? sample.accelMS2)
      score.add(estimate: filter.bodyToEarth, sample: sample)
    }
    return try #require(score.inclinationRmseDeg)
  }
}

struct MotionPlaybackTests {
  func row(_ i: Int, everyMs: Double) -> MotionPlayback.Row {
    MotionPlayback.Row(
      time: Interval(seconds: Double(i) * everyMs / 1000),
      motion: Motion(
        angularRateRadS: Vector3(0.01 * Double(i % 50), -0.02 * Double(i % 7), 1),
        specificForceMS2: Vector3(0.1 * Double(i % 90), 0, 9.80665)))
  }

  @Test("Every row comes through the driver once, in order, within half a count")
  func rows() throws {
    let rows = (0..<1000).map { row($0, everyMs: 4) }
    let (samples, playback) = try Played.samples(rows, rateHz: 250)
    #expect(samples.count == 1000 && playback.saturatedSamples == 0 && playback.nextSampleAt == nil)
    let (gyro, accel) = (2000 * Double.pi / 180 / 32768 / 2, 16 * 9.80665 / 32768 / 2)
    for (row, sample) in zip(rows, samples) {
      for axis in 0..<3 {
        #expect(abs(row.motion.angularRateRadS[axis] - sample.gyroRadS[axis]) <= gyro * 1.0001)
        #expect(abs(row.motion.specificForceMS2[axis] - sample.accelMS2[axis]) <= accel * 1.0001)
      }
    }
  }

  @Test("At the chip's own rate the driver's times are the recording's")
  func times() throws {
    let (samples, playback) = try Played.samples((0..<500).map { row($0, everyMs: 4) }, rateHz: 250)
    for (i, sample) in samples.enumerated() {
      #expect(abs((sample.at - playback.sampledAt(i)).nanoseconds) <= 1)
    }
  }

  @Test("Rows beyond the range are clipped and counted")
  func saturation() throws {
    var rows = (0..<10).map { row($0, everyMs: 10) }
    rows[3].motion.angularRateRadS.x = 9  // 515 deg/s
    rows[7].motion.specificForceMS2.z = -50  // 5.1 g
    let (samples, playback) = try Played.samples(rows, rateHz: 100, gyroDegS: 500, accelG: 4)
    #expect(playback.saturatedSamples == 2)
    #expect(abs(samples[3].gyroRadS.x - 500 * .pi / 180) < 1e-3)
    #expect(abs(samples[7].accelMS2.z + 4 * 9.80665) < 1e-3)
  }

  @Test("A driver that starts late misses rows rather than hearing them late")
  func lateStart() throws {
    let playback = MotionPlayback(rows: (0..<10).map { row($0, everyMs: 10) })
    playback.clock.sleep(until: playback.sampledAt(4))
    let driver = try InertialChip.mpu6050.driver(
      device: I2CDevice(bus: playback.bus, address: MotionPlayback.address),
      dataReady: playback.dataReady,
      settings: InertialSettings(
        rateHz: 100, gyroRangeRadS: 2000 * .pi / 180,
        accelRangeMS2: 16 * 9.80665, filterHz: 184))
    try driver.start(clock: playback.clock)  // 100 ms: the rest goes by
    var count = 0
    try driver.drain { _ in count += 1 }
    #expect(count == 0 && playback.nextSampleAt == nil)
  }
}

/// Four trials of the BROAD benchmark (Laidig et al. 2021, CC BY 4.0), which lie beside the
/// package.
enum BroadLogs {
  static let folder: String = {
    var parts = "\(#filePath)".split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    let package = parts.joined(separator: "/")
    let candidates = ["\(package)/../shared/data/broad", "\(package)/../../shared/data/broad"]
    return candidates.first { access($0, R_OK) == 0 } ?? candidates[0]
  }()
  static let isThere = access(folder, R_OK) == 0
  /// Six-axis inclination RMSE limits in degrees, as in EstimationTests.
  static let limits: [(name: String, limitDeg: Double)] = [
    ("02_undisturbed_slow_rotation_B", 0.5), ("09_undisturbed_fast_rotation_with_breaks_B", 0.95),
    ("16_undisturbed_fast_translation_B", 0.65), ("27_disturbed_phone_vibration_B", 0.45)
  ]
}

@Suite(
  .enabled(
    if: BroadLogs.isThere, "the BROAD recordings are not beside the package (../shared/data/broad)")
)
struct BroadPlaybackTests {
  @Test(
    "A real recording through the MPU-6050 gives the same inclination within 0.02 deg",
    arguments: 0..<4)
  func throughChip(index: Int) throws {
    let (name, limitDeg) = BroadLogs.limits[index]
    let log = try ImuLog(
      csv: FileBytes.read("\(BroadLogs.folder)/\(name).csv.gz", limit: 1 << 26))
    let (samples, playback) = try Played.samples(Played.rows(log), rateHz: 250)
    #expect(samples.count == log.samples.count && playback.saturatedSamples == 0)
    let direct = try Played.inclinationRmseDeg(log)
    let through = try Played.inclinationRmseDeg(log, samples)
    print("\(name): inclination \(direct) deg, through mpu6050 \(through) deg")
    #expect(abs(through - direct) < 0.02)
    #expect(through < limitDeg)
  }
}
