// SPDX-License-Identifier: Apache-2.0
import Estimation
import Quantities
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// Logs as loggers write them: at any rate, uneven, in bursts, with gaps and slow magnetometers.
struct AttitudeReplayTests {
  /// Root mean squares after the first ten seconds, in which the field's reference is found.
  private func score(
    _ log: ImuLog, usesField: Bool = true, delayS: Double = 0, from startS: Double = 10
  ) throws -> (inclinationDeg: Double, totalDeg: Double, replay: AttitudeReplay) {
    var settings = AttitudeSettings()
    settings.delayS = delayS
    var replay = AttitudeReplay(
      log: log, timeline: try #require(log.timeline()), usesField: usesField, settings: settings)
    var score = AttitudeScore()
    for (row, sample) in log.samples.enumerated() {
      let bodyToEarth = replay.step(row: row, sample: sample)
      if sample.timeS >= startS { score.add(estimate: bodyToEarth, sample: sample) }
    }
    return (
      try #require(score.inclinationRmseDeg), try #require(score.totalRmseDeg), replay
    )
  }

  @Test(
    "At any rate from 10 Hz to 4 kHz attitude is right",
    arguments: [10, 25, 100, 286, 1000, 4000] as [Double])
  func rates(rateHz: Double) throws {
    let log = TumblingBody().log(rateHz: rateHz, durationS: rateHz > 1000 ? 15 : 40)
    let result = try score(log)
    print("\(rateHz) Hz: \(result.inclinationDeg), \(result.totalDeg) deg")
    #expect(abs(result.replay.timeline.rateHz / rateHz - 1) < 1e-9)
    #expect(result.inclinationDeg < 0.12)
    #expect(result.totalDeg < 0.2)
  }

  @Test("Rows of uneven times are integrated over their own intervals")
  func jitter() throws {
    var random = SeededGenerator(seed: 22)
    let times = (0..<4000).map { (Double($0) + random.uniform(0...0.8)) / 100 }
    let log = TumblingBody().log(timesS: [0] + times.dropFirst(), periodS: 0.05)
    let result = try score(log)
    print("jitter: \(result.inclinationDeg), \(result.totalDeg) deg")
    #expect(result.replay.timeline.rowsAfterGaps.isEmpty)
    #expect(result.inclinationDeg < 0.1)
    #expect(result.totalDeg < 0.15)
  }

  @Test("One row in ten lost, and now and then twenty in a row: the rates at both ends bridge it")
  func lostRows() throws {
    var random = SeededGenerator(seed: 23)
    let times = (0..<8000).filter { $0 % 800 >= 20 && random.uniform(0...1) > 0.1 }
      .map { Double($0) / 200 }
    let result = try score(TumblingBody().log(timesS: [0] + times, periodS: 0.005))
    print("lost rows: \(result.inclinationDeg), \(result.totalDeg) deg")
    #expect(result.replay.timeline.rowsAfterGaps.isEmpty)
    #expect(abs(result.replay.timeline.periodS - 0.005 / 0.9) < 1e-4)
    #expect(result.inclinationDeg < 0.05)
    #expect(result.totalDeg < 0.06)
  }

  @Test("Rows that share the time of their burst share its interval")
  func bursts() throws {
    let log = TumblingBody().log(rateHz: 200, durationS: 40)
    let burst = ImuLog(
      samples: log.samples.enumerated().map { row, sample in
        var late = sample
        late.timeS = log.samples[min(row / 10 * 10 + 9, log.samples.count - 1)].timeS
        return late
      })
    let result = try score(burst)
    #expect(abs(result.replay.timeline.rateHz - 200) < 1e-6)
    #expect(result.inclinationDeg < 0.05)
    #expect(result.totalDeg < 0.1)
  }

  @Test("After a gap in which the body turned, attitude is right again at once; the bias stays")
  func gap() throws {
    let bias = Vector3(0.01, -0.008, 0.006)
    let body = TumblingBody(biasRadS: bias)
    // Two minutes to find the bias, and 7 s of which the log knows nothing.
    let times = (0..<16_000).map { Double($0) / 100 }.filter { !(120...127).contains($0) }
    let log = body.log(timesS: times, periodS: 0.01)
    let timeline = try #require(log.timeline())
    #expect(timeline.rowsAfterGaps.map { log.samples[$0].timeS > 127 } == [true])
    #expect(abs(timeline.rateHz - 100) < 1e-6)
    let result = try score(log, from: 127)
    print("after the gap: \(result.inclinationDeg), \(result.totalDeg) deg")
    #expect(result.inclinationDeg < 0.3)
    #expect(result.totalDeg < 0.5)
  }

  @Test("A magnetometer at a tenth of the rate, repeated or left out, serves as well as a full one")
  func slowMagnetometer() throws {
    let log = TumblingBody().log(rateHz: 200, durationS: 60)
    func slowed(_ field: (Int) -> Vector3?) -> ImuLog {
      ImuLog(
        samples: log.samples.enumerated().map { row, sample in
          var slow = sample
          slow.magnetometerUT = field(row)
          return slow
        })
    }
    let full = try score(log)
    let repeated = try score(slowed { log.samples[$0 / 10 * 10].magnetometerUT })
    let empty = try score(slowed { $0 % 10 == 0 ? log.samples[$0].magnetometerUT : nil })
    #expect(full.replay.fieldRateHz == full.replay.timeline.rateHz)
    for slow in [repeated, empty] {
      #expect(abs(try #require(slow.replay.fieldRateHz) - 20) < 1e-6)
      #expect(slow.totalDeg < full.totalDeg + 0.2)
    }
    #expect(repeated.totalDeg == empty.totalDeg)
  }

  @Test("A magnetometer that reads zero is none; one that never changes gives heading once")
  func deadMagnetometer() throws {
    var samples = TumblingBody().log(rateHz: 100, durationS: 20).samples
    for row in samples.indices { samples[row].magnetometerUT = .zero }
    #expect(try score(ImuLog(samples: samples)).replay.fieldRateHz == nil)
    let level = ImuLog.Sample(
      timeS: 0, gyroRadS: .zero, accelMS2: Vector3(0, 0, standardGravityMS2),
      magnetometerUT: Vector3(24, 0, -41.6),
      referenceBodyToEarth: Quaternion(angleRad: .pi / 2, axis: Vector3(0, 0, 1)), isMoving: true)
    let still = ImuLog(
      samples: (0..<2000).map { row in
        var sample = level
        sample.timeS = Double(row) / 100
        return sample
      })
    #expect(try score(still, from: 0).totalDeg < 1e-6)
  }

  @Test("Orientation is turned ahead by what the samples are late")
  func lateSamples() throws {
    let log = TumblingBody(delayS: 0.02).log(rateHz: 500, durationS: 20)
    let late = try score(log)
    let ahead = try score(log, delayS: 0.02)
    print("20 ms late: \(late.totalDeg) deg, turned ahead: \(ahead.totalDeg) deg")
    // Its mean square rate is 2.2 rad/s: 2.5 deg in 20 ms.
    #expect(late.totalDeg > 2)
    #expect(ahead.totalDeg < 0.1)
  }
}
