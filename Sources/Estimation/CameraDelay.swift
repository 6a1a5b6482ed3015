// SPDX-License-Identifier: Apache-2.0

/// How late the camera's time stamps are by the IMU's, from turning the robot left and right.
///
/// ```
/// gyro    ──/\──/\/\───      the angle turned between two frames' stamps, both moved back by d,
/// camera  ────/\──/\/\─      goes with the picture's shift between them: best at d = the delay
///            >|--|< d
/// ```
/// The gyro's angle is interpolated, so the delay is found finer than either rate.
///
/// Source: Kelly and Sukhatme, "A general framework for temporal calibration of multiple
/// proprioceptive and exteroceptive sensors" (2010): correlate the magnitudes of rotation.
public struct CameraDelay: Hashable, Sendable {
  /// Positive: the stamps come after what they show. Units: s.
  public var delayS: Double
  /// Pearson's coefficient of angles and shifts at that delay.
  public var correlation: Double
  public var frames: Int

  public enum Limits {
    /// No camera that a robot can drive by is later.
    public static let delayS = 0.3
    /// Below this, less than two thirds of the shift is explained by the turn.
    public static let correlation = 0.8
    /// A tenth of a turn of the picture's quarter: clearly above a pixel in any camera.
    public static let motionRad = 0.02
    public static let frames = 30
    /// A second peak this close to the first, elsewhere, is a second answer.
    static let rival = 0.97
    static let rivalDistanceS = 0.08
    static let stepS = 0.002
  }

  /// What was seen, to be fitted when all of it is there.
  public struct Recording: Sendable {
    private var times: [Double] = []
    private var lastRateRadS = 0.0
    private var angles: [Double] = []
    private var shifts: [(fromS: Double, toS: Double, px: Double)] = []

    public init() {}

    public var frames: Int { shifts.count }

    /// One sample of the gyro about the vertical, bias removed; times rise. The angle between two
    /// is by the trapezoidal rule.
    public mutating func add(yawRateRadS: Double, atS: Double) {
      guard yawRateRadS.isFinite, atS > times.last ?? -.infinity else { return }
      let stepS = times.last.map { atS - $0 } ?? 0
      times.append(atS)
      angles.append((angles.last ?? 0) + 0.5 * (lastRateRadS + yawRateRadS) * stepS)
      lastRateRadS = yawRateRadS
    }

    /// The picture's shift between two frames' stamps.
    public mutating func add(shiftPx: Double, fromS: Double, toS: Double) {
      if shiftPx.isFinite, toS > fromS { shifts.append((fromS, toS, shiftPx)) }
    }

    fileprivate func turnRad(_ fromS: Double, _ toS: Double) -> Double {
      angleRad(at: toS) - angleRad(at: fromS)
    }

    /// The angle at a time within the recording, on a straight line between samples.
    private func angleRad(at timeS: Double) -> Double {
      var (low, high) = (0, times.count - 1)
      while high - low > 1 {
        let middle = (low + high) / 2
        if times[middle] <= timeS { low = middle } else { high = middle }
      }
      let share = (timeS - times[low]) / (times[high] - times[low])
      return angles[low] + share * (angles[high] - angles[low])
    }

    /// Shifts that every delay within the limit keeps inside the gyro's times.
    fileprivate var usable: [(fromS: Double, toS: Double, px: Double)] {
      guard let first = times.first, let last = times.last else { return [] }
      return shifts.filter {
        $0.fromS - Limits.delayS >= first && $0.toS + Limits.delayS <= last
      }
    }
  }

  /// Throws: why no delay is to be believed.
  public init(_ recording: Recording) throws(CalibrationRefusal) {
    let shifts = recording.usable
    guard shifts.count >= Limits.frames else {
      throw .tooFewSamples(found: shifts.count, needed: Limits.frames)
    }
    let steps = Int((Limits.delayS / Limits.stepS).rounded())
    let delays = (-steps...steps).map { Double($0) * Limits.stepS }
    let pixels = shifts.map(\.px)
    let fits = delays.map { delay in
      Self.correlation(
        shifts.map { recording.turnRad($0.fromS - delay, $0.toS - delay) },
        pixels)
    }
    let turn = shifts.map { recording.turnRad($0.fromS, $0.toS) }
    let motion = (turn.reduce(0) { $0 + $1 * $1 } / Double(turn.count)).squareRoot()
    guard motion >= Limits.motionRad else {
      throw .tooLittleMotion(foundRad: motion, neededRad: Limits.motionRad)
    }
    guard let peak = fits.indices.max(by: { fits[$0] < fits[$1] }), fits[peak] >= Limits.correlation
    else { throw .noCorrelation(best: fits.max() ?? 0, needed: Limits.correlation) }
    guard peak > 0, peak < fits.count - 1 else { throw .delayTooLong(limitS: Limits.delayS) }
    for i in fits.indices.dropFirst().dropLast()
    where fits[i] >= Limits.rival * fits[peak] && fits[i] >= fits[i - 1] && fits[i] >= fits[i + 1]
      && abs(delays[i] - delays[peak]) >= Limits.rivalDistanceS
    {
      throw .ambiguousDelay(firstS: delays[peak], secondS: delays[i])
    }
    let bend = fits[peak - 1] - 2 * fits[peak] + fits[peak + 1]
    let fraction = bend < 0 ? 0.5 * (fits[peak - 1] - fits[peak + 1]) / bend : 0
    delayS = delays[peak] + fraction * Limits.stepS
    (correlation, frames) = (fits[peak], shifts.count)
  }

  /// Pearson's coefficient; 0 where one of the two does not change.
  private static func correlation(_ a: [Double], _ b: [Double]) -> Double {
    let count = Double(a.count)
    let (meanA, meanB) = (a.reduce(0, +) / count, b.reduce(0, +) / count)
    var (ab, aa, bb) = (0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
      ab += (x - meanA) * (y - meanB)
      aa += (x - meanA) * (x - meanA)
      bb += (y - meanB) * (y - meanB)
    }
    return aa > 0 && bb > 0 ? ab / (aa * bb).squareRoot() : 0
  }
}
