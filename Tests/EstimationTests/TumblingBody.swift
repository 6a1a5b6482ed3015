// SPDX-License-Identifier: Apache-2.0
import Estimation
import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// A log of a body that tumbles about changing axes, as ideal sensors with a little noise see it.
struct TumblingBody {
  /// Left on the gyro. Units: rad/s.
  var biasRadS = Vector3.zero
  /// How late the samples are. Units: s.
  var delayS = 0.0
  /// Standard deviation: gyro in rad/s, accelerometer in m/s2, field in uT.
  var noise = (0.002, 0.05, 0.3)
  var seed: UInt64 = 21

  private static func rateRadS(_ t: Double) -> Vector3 {
    Vector3(1.9 * sin(0.7 * t), 1.8 * sin(1.1 * t + 1), 1.7 * sin(0.5 * t + 2))
  }

  /// Rows taken at `timesS`, from 0 on and rising; each gyro value is the mean rate since the row
  /// before it, or since `periodS` before where the log missed what lies between.
  func log(timesS: [Double], periodS: Double) -> ImuLog {
    var random = SeededGenerator(seed: seed)
    var truth = Truth(timeS: -delayS)
    var seen = Truth(timeS: -delayS)
    let samples = timesS.map { time in
      let end = time - delayS
      let before = seen.at(max(end - periodS, seen.timeS))
      let spanS = end - seen.timeS
      let bodyToEarth = seen.at(end)
      let rate =
        spanS > 0
        ? (1 / spanS) * rotationVector(before.conjugate * bodyToEarth) : Self.rateRadS(end)
      let earthToBody = bodyToEarth.conjugate
      return ImuLog.Sample(
        timeS: time, gyroRadS: noisy(rate + biasRadS, noise.0, &random),
        accelMS2: noisy(earthToBody.rotate(Vector3(0, 0, standardGravityMS2)), noise.1, &random),
        magnetometerUT: noisy(earthToBody.rotate(Vector3(0, 24, -41.6)), noise.2, &random),
        referenceBodyToEarth: truth.at(time), isMoving: true)
    }
    return ImuLog(samples: samples)
  }

  /// The same at an even rate.
  func log(rateHz: Double, durationS: Double) -> ImuLog {
    let count = Int(rateHz * durationS)
    return log(timesS: (0..<count).map { Double($0) / rateHz }, periodS: 1 / rateHz)
  }

  private func noisy(
    _ v: Vector3, _ sigma: Double, _ random: inout SeededGenerator
  ) -> Vector3 {
    // Uniform noise of that standard deviation.
    let most = sigma * 3.0.squareRoot()
    return v
      + Vector3(
        random.uniform(-most...most), random.uniform(-most...most), random.uniform(-most...most))
  }

  private func rotationVector(_ q: Quaternion) -> Vector3 {
    let length = (q.x * q.x + q.y * q.y + q.z * q.z).squareRoot()
    return length > 0 ? (2 * atan2(length, q.w) / length) * Vector3(q.x, q.y, q.z) : .zero
  }

  /// The true orientation, integrated in steps too short to matter.
  private struct Truth {
    private(set) var timeS: Double
    private var bodyToEarth = Quaternion.identity

    init(timeS: Double) { self.timeS = timeS }

    mutating func at(_ end: Double) -> Quaternion {
      while timeS < end {
        let stepS = min(0.001, end - timeS)
        let rate = TumblingBody.rateRadS(timeS + stepS / 2)
        let step = Quaternion(angleRad: rate.norm * stepS, axis: (1 / rate.norm) * rate)
        bodyToEarth = (bodyToEarth * step).normalized
        timeS += stepS
        if end - timeS < 1e-12 { timeS = end }
      }
      return bodyToEarth
    }
  }
}
