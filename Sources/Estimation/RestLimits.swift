// SPDX-License-Identifier: Apache-2.0

/// What counts as standing still, wide enough for hobby IMUs and motors that are off.
///
/// Source: MPU-6000/6050 product specification 3.4, section 6.1 and 6.2, the noisiest chip in
/// common use: gyro zero-rate output ±20 deg/s and 0.05 deg/s rms noise; accelerometer 0.0004
/// g/√Hz, which over its 260 Hz is 0.06 m/s2, and zero-g output up to ±80 mg. Noise limits leave a
/// factor 3 to 10.
public struct RestLimits: Sendable, Hashable {
  /// Largest standard deviation of the gyro. Units: rad/s.
  public var gyroNoiseRadS = radians(degrees: 0.5)
  /// Largest difference between window means of the gyro. Units: rad/s.
  public var gyroDriftRadS = radians(degrees: 0.3)
  /// Largest standard deviation of the accelerometer. Units: m/s2.
  public var accelNoiseMS2 = 0.25
  /// Largest difference between window means; 0.1 is 0.6 deg of tilt. Units: m/s2.
  public var accelDriftMS2 = 0.1
  /// Largest bias that can be one. Units: rad/s.
  public var biasRadS = radians(degrees: 20)
  /// Largest difference from standard gravity: 80 mg and a scale error of 3 %. Units: m/s2.
  public var gravityMS2 = 1.1
  /// Length of the windows whose means are compared. Units: s.
  public var windowS = 0.25

  /// The limits of the noisiest common chip.
  public init() {}
}
