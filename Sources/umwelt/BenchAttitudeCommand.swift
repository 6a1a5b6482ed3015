// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Estimation
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// `umwelt bench attitude`: CPU time of the attitude filter for one sample.
struct BenchAttitudeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attitude",
    abstract: "Time the attitude filter on a made-up motion: CPU time of one thread, medians.")

  @Option(help: "Samples of a round.") var samples = 50_000
  @Option(help: "Rounds; the median is told.") var rounds = 9
  @Flag(help: "One JSON object on standard output.") var json = false

  /// Of the BROAD recordings.
  private static let rateHz = 2000.0 / 7

  /// One row of the motion.
  private struct Row {
    let gyroRadS, accelMS2, field: Vector3
  }

  func validate() throws {
    for (name, value, most) in [("samples", samples, 10_000_000), ("rounds", rounds, 1001)]
    where !(1...most).contains(value) {
      throw ValidationError("--\(name) is \(value), but must be in 1...\(most).")
    }
  }

  func run() throws {
    let motion = Self.motion(samples: samples)
    // In turns, so that what slows the machine down slows both.
    var six: [Double] = []
    var nine: [Double] = []
    for _ in 0..<rounds {
      six.append(try microseconds(motion, usesField: false))
      nine.append(try microseconds(motion, usesField: true))
    }
    if json {
      var object = JSONObject()
      object.add("machine", Machine.cpuName())
      object.add("samples", samples)
      object.add("rounds", rounds)
      object.add("six_axis_us_per_sample", quantile(six, 0.5), decimals: 4)
      object.add("nine_axis_us_per_sample", quantile(nine, 0.5), decimals: 4)
      print(object.text)
    } else {
      print(
        "\(Machine.cpuName()); attitude filter, \(samples) samples, CPU time, medians of \(rounds)")
      print(
        table([
          ["six-axis", "\(fixed(quantile(six, 0.5), 3)) us a sample"],
          ["nine-axis", "\(fixed(quantile(nine, 0.5), 3)) us a sample"]
        ]))
    }
  }

  /// Of one sample: taking it in and asking for the orientation, turned ahead as for a log.
  private func microseconds(_ motion: [Row], usesField: Bool) throws -> Double {
    var filter = AttitudeFilter(sampleRateHz: Self.rateHz, settings: .recorded)
    var sum = 0.0
    let start = threadTimeMs()
    for row in motion {
      if usesField {
        filter.update(gyroRadS: row.gyroRadS, accelMS2: row.accelMS2, magnetometer: row.field)
      } else {
        filter.update(gyroRadS: row.gyroRadS, accelMS2: row.accelMS2)
      }
      sum += filter.bodyToEarth.w
    }
    let spentMs = threadTimeMs() - start
    // Looked at, so that no compiler leaves the work out.
    guard sum.isFinite else { throw ValidationError("the filter lost its orientation.") }
    return 1e3 * spentMs / Double(motion.count)
  }

  /// A body that tumbles about changing axes, with the noise of a hobby IMU; always the same.
  private static func motion(samples: Int) -> [Row] {
    var random = SeededGenerator(seed: 1)
    func noisy(_ v: Vector3, _ size: Double) -> Vector3 {
      v + size * Vector3(random.uniform(-1...1), random.uniform(-1...1), random.uniform(-1...1))
    }
    var bodyToEarth = Quaternion.identity
    return (0..<samples).map { sample in
      let t = Double(sample) / rateHz
      let rate = Vector3(1.9 * sin(0.7 * t), 1.8 * sin(1.1 * t + 1), 1.7 * sin(0.5 * t + 2))
      let angle = rate.norm / rateHz
      if angle > 0 {
        let step = Quaternion(angleRad: angle, axis: (1 / rate.norm) * rate)
        bodyToEarth = (bodyToEarth * step).normalized
      }
      let earthToBody = bodyToEarth.conjugate
      // 48 uT, 60 deg below the horizon, as in much of Europe.
      return Row(
        gyroRadS: noisy(rate, 0.002),
        accelMS2: noisy(earthToBody.rotate(Vector3(0, 0, standardGravityMS2)), 0.05),
        field: noisy(earthToBody.rotate(Vector3(0, 24, -41.6)), 0.3))
    }
  }
}
