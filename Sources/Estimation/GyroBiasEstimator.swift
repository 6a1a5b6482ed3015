// SPDX-License-Identifier: Apache-2.0
import Quantities

/// A Kalman filter of the gyro's bias: a random walk, seen directly at rest, and in motion through
/// the inclination errors it causes.
///
/// The measurement noise is diagonal, so the three components are taken in one after the other;
/// that is the batch update without the matrix inverse.
/// Source: Laidig and Seel 2023, gyroscope bias estimation.
struct GyroBiasEstimator {
  private let limit: Double
  private let startVariance: Double
  private let walkVariance: Double
  private let restVariance: Double
  private let motionVariance: Double
  private let verticalVariance: Double
  private var covariance: Matrix3
  /// Units: rad/s, body frame.
  private(set) var biasRadS = Vector3.zero

  init(settings: AttitudeSettings, periodS: Double) {
    // "Uncertain by 0.1 deg/s after the forgetting time", spread over the updates.
    let forgotten = radians(degrees: 0.1)
    let walk = forgotten * forgotten * periodS / settings.biasForgettingTimeS
    // The measurement noise with which the steady-state variance becomes sigma².
    func noise(sigma: Double) -> Double {
      let p = sigma * sigma
      return p * p / walk + p
    }
    limit = settings.biasLimitRadS
    startVariance = settings.biasStartSigmaRadS * settings.biasStartSigmaRadS
    walkVariance = walk
    restVariance = noise(sigma: settings.biasRestSigmaRadS)
    motionVariance = noise(sigma: settings.biasMotionSigmaRadS)
    // 1e-10 keeps a forgetting of zero finite.
    verticalVariance = motionVariance / max(settings.biasVerticalForgetting, 1e-10)
    covariance = .diagonal(startVariance)
  }

  /// At rest the gyro's short average is the bias.
  mutating func updateAtRest(averageGyroRadS: Vector3) {
    grow()
    correct(
      error: averageGyroRadS - biasRadS,
      rows: (Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0, 0, 1)),
      variances: Vector3(restVariance, restVariance, restVariance))
  }

  /// In motion, the rate at which gravity had to correct the inclination is the horizontal bias.
  ///
  /// - Parameters:
  ///   - correctionRadS: that rate, in the level frame; z is not looked at.
  ///   - rotation: body to level, low-pass filtered as the accelerometer was.
  ///   - removed: the bias taken off so far, rotated to level and filtered likewise.
  mutating func updateInMotion(correctionRadS: Vector3, rotation: Matrix3, removed: Vector3) {
    grow()
    var error = correctionRadS + removed - rotation * biasRadS
    // Gravity says nothing about the vertical: a weak pull to zero keeps it from wandering.
    error.z = -rotation.rows.2.dot(biasRadS)
    correct(
      error: error, rows: rotation.rows,
      variances: Vector3(motionVariance, motionVariance, verticalVariance))
  }

  private mutating func grow() {
    if covariance.rows.0.x < startVariance { covariance.rows.0.x += walkVariance }
    if covariance.rows.1.y < startVariance { covariance.rows.1.y += walkVariance }
    if covariance.rows.2.z < startVariance { covariance.rows.2.z += walkVariance }
  }

  private mutating func correct(
    error: Vector3, rows: (Vector3, Vector3, Vector3), variances: Vector3
  ) {
    let before = biasRadS
    take(rows.0, error: error.x, variance: variances.x, before: before)
    take(rows.1, error: error.y, variance: variances.y, before: before)
    take(rows.2, error: error.z, variance: variances.z, before: before)
    biasRadS = Vector3(clipped(biasRadS.x), clipped(biasRadS.y), clipped(biasRadS.z))
  }

  private mutating func take(_ row: Vector3, error: Double, variance: Double, before: Vector3) {
    let pr = covariance * row
    let gain = (1 / (row.dot(pr) + variance)) * pr
    // The error was measured against `before`; what earlier components explained is taken off.
    biasRadS += (clipped(error) - row.dot(biasRadS - before)) * gain
    covariance.subtractOuter(gain, pr)
  }

  private func clipped(_ value: Double) -> Double { min(max(value, -limit), limit) }
}
