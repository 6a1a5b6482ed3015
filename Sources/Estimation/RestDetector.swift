// SPDX-License-Identifier: Apache-2.0
import Quantities

/// Rest is a while in which gyro and accelerometer stay near their own short averages.
///
/// Source: Laidig and Seel 2023, rest detection.
struct RestDetector {
  private let settings: AttitudeSettings
  private let periodS: Double
  private var gyro: LowPass
  private var accel: LowPass
  private var quietS = 0.0

  init(settings: AttitudeSettings, periodS: Double) {
    self.settings = settings
    self.periodS = periodS
    gyro = LowPass(timeConstantS: settings.restTimeConstantS, periodS: periodS)
    accel = LowPass(timeConstantS: settings.restTimeConstantS, periodS: periodS)
  }

  /// Begins anew: no rest, no averages.
  mutating func restart() {
    gyro.restart()
    accel.restart()
    quietS = 0
  }

  var isAtRest: Bool { quietS >= settings.restMinimumS }

  /// The short average of the gyro: at rest, a direct look at its bias. Units: rad/s.
  var averageGyroRadS: Vector3 { gyro.output }

  mutating func observe(gyroRadS: Vector3, accelMS2: Vector3) {
    let average = gyro.update(gyroRadS)
    let gyroQuiet = (gyroRadS - average).norm < settings.restGyroLimitRadS
    // A steady turn has no deviation either: an average no bias could explain is motion.
    let believable = max(abs(average.x), abs(average.y), abs(average.z)) <= settings.biasLimitRadS
    let accelQuiet = (accelMS2 - accel.update(accelMS2)).norm < settings.restAccelLimitMS2
    quietS = gyroQuiet && believable && accelQuiet ? quietS + periodS : 0
  }
}
