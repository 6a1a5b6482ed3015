// SPDX-License-Identifier: Apache-2.0
import Quantities

/// Measures the gyro's bias while the robot stands still, and refuses when it did not.
///
/// Samples go in one by one; nothing is stored but sums, over the whole and over short windows. The
/// spread of samples shows shaking, the spread of window means slow motion. A steady turn about the
/// vertical slower than the largest believable bias cannot be told from a bias by any of this.
public struct RestCalibration: Sendable {
  private let limits: RestLimits
  private let neededSamples: Int
  private let windowSamples: Int
  private var gyro = RunningSpread()
  private var accel = RunningSpread()
  private var gyroWindow = RunningSpread()
  private var accelWindow = RunningSpread()
  private var gyroMeans = RunningRange()
  private var accelMeans = RunningRange()
  private var badSamples = 0

  /// A calibration that has seen nothing.
  ///
  /// - Parameters:
  ///   - sampleRateHz: how often `add` will be called.
  ///   - durationS: how long the robot has to stand still; at least one second.
  public init(sampleRateHz: Double, durationS: Double = 3, limits: RestLimits = RestLimits()) {
    precondition(sampleRateHz.isFinite && sampleRateHz >= 5, "the sample rate is below 5 Hz")
    precondition(durationS.isFinite && durationS >= 1, "the duration is below one second")
    self.limits = limits
    neededSamples = Int((sampleRateHz * durationS).rounded(.up))
    windowSamples = max(Int((sampleRateHz * limits.windowS).rounded()), 1)
  }

  /// True when enough samples are in for `finish` to judge.
  public var isComplete: Bool { gyro.count >= neededSamples }

  /// Takes in one sample of the standing robot. Units: rad/s, m/s2 of specific force.
  public mutating func add(gyroRadS: Vector3, accelMS2: Vector3) {
    guard gyroRadS.isFinite, accelMS2.isFinite else {
      badSamples += 1
      return
    }
    gyro.add(gyroRadS)
    accel.add(accelMS2)
    gyroWindow.add(gyroRadS)
    accelWindow.add(accelMS2)
    if gyroWindow.count == windowSamples {
      gyroMeans.add(gyroWindow.mean)
      accelMeans.add(accelWindow.mean)
      gyroWindow = RunningSpread()
      accelWindow = RunningSpread()
    }
  }

  /// The result, if the robot stood still.
  ///
  /// Throws: what gave motion (or a broken sensor) away, the worst axis first.
  public func finish() throws(RestCalibrationError) -> RestState {
    if badSamples > 0 { throw .notFinite(samples: badSamples) }
    if !isComplete { throw .tooFewSamples(found: gyro.count, needed: neededSamples) }
    let noise = gyro.standardDeviation
    let shake = accel.standardDeviation
    try check(noise, limits.gyroNoiseRadS) { (axis, value) in
      .gyroMoved(axis: axis, spreadRadS: value, limitRadS: limits.gyroNoiseRadS)
    }
    try check(gyroMeans.width, limits.gyroDriftRadS) { (axis, value) in
      .gyroDrifted(axis: axis, driftRadS: value, limitRadS: limits.gyroDriftRadS)
    }
    try check(shake, limits.accelNoiseMS2) { (axis, value) in
      .accelMoved(axis: axis, spreadMS2: value, limitMS2: limits.accelNoiseMS2)
    }
    try check(accelMeans.width, limits.accelDriftMS2) { (axis, value) in
      .accelDrifted(axis: axis, driftMS2: value, limitMS2: limits.accelDriftMS2)
    }
    try check(gyro.mean.magnitudes, limits.biasRadS) { (axis, value) in
      .biasTooLarge(axis: axis, biasRadS: value, limitRadS: limits.biasRadS)
    }
    let gravity = accel.mean.norm
    guard abs(gravity - standardGravityMS2) <= limits.gravityMS2 else {
      throw .gravityOff(foundMS2: gravity, limitMS2: limits.gravityMS2)
    }
    return RestState(
      gyroBiasRadS: gyro.mean, gyroNoiseRadS: noise, accelMS2: accel.mean, samples: gyro.count)
  }

  private func check(
    _ values: Vector3, _ limit: Double, refuse: (Axis, Double) -> RestCalibrationError
  ) throws(RestCalibrationError) {
    let axis: Axis =
      values.x >= values.y && values.x >= values.z ? .x : values.y >= values.z ? .y : .z
    let worst = values[axis.rawValue]
    if worst > limit { throw refuse(axis, worst) }
  }
}
