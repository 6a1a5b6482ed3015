// SPDX-License-Identifier: Apache-2.0
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Orientation from a gyro, an accelerometer and, where there is one, a magnetometer.
///
/// The gyro is integrated into a frame that only drifts slowly (almost inertial). Specific force,
/// averaged in that frame, is gravity, which corrects inclination; the corrections also reveal the
/// gyro's bias. The magnetometer, where trusted, turns heading to magnetic north.
/// ```
///   body --strapdown--> almost inertial --inclination--> level --heading--> earth (ENU)
/// ```
/// Without a magnetometer heading starts at zero and is relative. A sample that is not finite is
/// left out and counted. Nothing is allocated after `init`.
///
/// A gyro sample is taken as the mean rate over the period before it. Where samples are later than
/// that (the chip's low-pass filter, the way to the host), `AttitudeSettings.delayS` turns the
/// orientation ahead to the present.
///
/// Source: Laidig and Seel, "VQF: Highly accurate IMU orientation estimation with bias estimation
/// and magnetic disturbance rejection", Information Fusion 91 (2023).
public struct AttitudeFilter: Sendable {
  /// Slower ones say too little of the motion between samples; no MEMS chip is faster. Units: Hz.
  public static let sampleRatesHz = 5.0...100_000

  private let periodS: Double
  private let delayS: Double
  private var rest: RestDetector
  private var bias: GyroBiasEstimator
  private var heading: HeadingCorrection
  private var gravity: LowPass
  private var rotationRows: (LowPass, LowPass, LowPass)
  private var removedBias: LowPass
  private var bodyToInertial = Quaternion.identity
  private var inertialToLevel = Quaternion.identity
  private var rateRadS = Vector3.zero
  /// Samples left out because they were not finite (or, of the accelerometer, zero).
  public private(set) var skippedSamples = 0

  /// A filter that is level, at heading zero, and has seen nothing.
  ///
  /// - Parameters:
  ///   - sampleRateHz: how often `update` will be called, within `sampleRatesHz`.
  ///   - magnetometerRateHz: how often it will be called with a magnetometer's sample; nil: always.
  ///   - settings: what to believe; the defaults suit hand-held and wheeled motion.
  public init(
    sampleRateHz: Double, magnetometerRateHz: Double? = nil,
    settings: AttitudeSettings = AttitudeSettings()
  ) {
    precondition(
      Self.sampleRatesHz.contains(sampleRateHz), "\(sampleRateHz) Hz is no rate of an IMU")
    let fieldRateHz = magnetometerRateHz ?? sampleRateHz
    precondition(
      fieldRateHz > 0 && fieldRateHz <= sampleRateHz, "the magnetometer's rate is not in range")
    let period = 1 / sampleRateHz
    let slow = LowPass(timeConstantS: settings.accelTimeConstantS, periodS: period)
    periodS = period
    delayS = settings.delayS
    rest = RestDetector(settings: settings, periodS: period)
    bias = GyroBiasEstimator(settings: settings, periodS: period)
    heading = HeadingCorrection(settings: settings, periodS: 1 / fieldRateHz)
    gravity = slow
    rotationRows = (slow, slow, slow)
    removedBias = slow
  }

  /// Takes in one sample of gyro and accelerometer, both in the body frame.
  ///
  /// - Parameters:
  ///   - gyroRadS: mean rate over the period before. Units: rad/s.
  ///   - accelMS2: specific force (at rest and level: 0, 0, +9.81). Units: m/s2.
  ///   - intervalS: time since the sample before; nil: one period. What a longer interval missed is
  ///     bridged by the mean of the rates at its ends. Units: s.
  public mutating func update(gyroRadS: Vector3, accelMS2: Vector3, intervalS: Double? = nil) {
    precondition(intervalS.map { $0 >= 0 && $0.isFinite } ?? true, "an interval below zero")
    guard gyroRadS.isFinite, accelMS2.isFinite, accelMS2 != .zero else {
      skippedSamples += 1
      return
    }
    rest.observe(gyroRadS: gyroRadS, accelMS2: accelMS2)
    integrate(gyroRadS - bias.biasRadS, intervalS: intervalS ?? periodS)
    let correction = levelGravity(accelMS2)
    updateBias(correctionRadS: correction)
  }

  /// The same with a magnetometer's sample, body frame, in any unit, hard and soft iron removed.
  public mutating func update(
    gyroRadS: Vector3, accelMS2: Vector3, magnetometer: Vector3, intervalS: Double? = nil
  ) {
    update(gyroRadS: gyroRadS, accelMS2: accelMS2, intervalS: intervalS)
    guard magnetometer.isFinite else {
      skippedSamples += 1
      return
    }
    heading.update(
      field: bodyToLevel.rotate(magnetometer), turnRadS: rest.averageGyroRadS.norm)
  }

  /// Forgets what a pause makes worthless, in which the body may have turned by any angle: the next
  /// samples give inclination and, with a magnetometer, heading as the first ones did. The gyro's
  /// bias and the known magnetic field stay.
  public mutating func restart() {
    rest.restart()
    gravity.restart()
    rotationRows.0.restart()
    rotationRows.1.restart()
    rotationRows.2.restart()
    removedBias.restart()
    heading.restart()
    rateRadS = .zero
  }

  /// Body to earth; earth is x east, y north, z up (six-axis: heading zero is where it started).
  public var bodyToEarth: Quaternion {
    let half = heading.offsetRad / 2
    let now = Quaternion(w: cos(half), x: 0, y: 0, z: sin(half)) * bodyToLevel
    return delayS > 0 ? now * turn(rateRadS, forS: delayS) : now
  }

  /// Bias taken off the gyro, body frame. Units: rad/s.
  public var gyroBiasRadS: Vector3 { bias.biasRadS }

  /// True after a while of stillness.
  public var isAtRest: Bool { rest.isAtRest }

  /// True while no magnetic field is trusted (before the first one, too).
  public var isMagneticallyDisturbed: Bool { heading.isDisturbed }

  private var bodyToLevel: Quaternion { inertialToLevel * bodyToInertial }

  private mutating func integrate(_ newest: Vector3, intervalS: Double) {
    var rate = newest
    if intervalS > periodS {
      let missed = (intervalS - periodS) / intervalS
      rate += (missed / 2) * (rateRadS - newest)
    }
    rateRadS = newest
    guard rate != .zero else { return }
    bodyToInertial = (bodyToInertial * turn(rate, forS: intervalS)).normalized
  }

  private func turn(_ rateRadS: Vector3, forS: Double) -> Quaternion {
    let rate = rateRadS.norm
    guard rate > 0 else { return .identity }
    return Quaternion(angleRad: rate * forS, axis: (1 / rate) * rateRadS)
  }

  /// Turns the level frame so that the averaged specific force points up.
  ///
  /// - Returns: the turn as a rate about the level axes. Units: rad/s.
  private mutating func levelGravity(_ accelMS2: Vector3) -> Vector3 {
    let averaged = gravity.update(bodyToInertial.rotate(accelMS2))
    let length = averaged.norm
    guard length > 0 else { return .zero }
    let up = (1 / length) * inertialToLevel.rotate(averaged)
    // The shortest rotation of `up` to (0, 0, 1); it has no component about the vertical. Upside
    // down there are many shortest ones: half a turn about x is one.
    let w = max((up.z + 1) / 2, 0).squareRoot()
    let turn =
      w > 1e-6
      ? Quaternion(w: w, x: up.y / (2 * w), y: -up.x / (2 * w), z: 0)
      : Quaternion(w: 0, x: 1, y: 0, z: 0)
    inertialToLevel = (turn * inertialToLevel).normalized
    return (1 / periodS) * Vector3(-up.y, up.x, 0)
  }

  private mutating func updateBias(correctionRadS: Vector3) {
    let now = Matrix3(bodyToLevel)
    // The same low-pass as gravity's, so that both sides of the comparison lag alike.
    let rotation = Matrix3(
      rows: (
        rotationRows.0.update(now.rows.0), rotationRows.1.update(now.rows.1),
        rotationRows.2.update(now.rows.2)
      ))
    let removed = removedBias.update(now * bias.biasRadS)
    if rest.isAtRest {
      bias.updateAtRest(averageGyroRadS: rest.averageGyroRadS)
    } else {
      bias.updateInMotion(correctionRadS: correctionRadS, rotation: rotation, removed: removed)
    }
  }
}
