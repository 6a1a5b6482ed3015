// SPDX-License-Identifier: Apache-2.0

/// What the attitude filter believes about sensors and surroundings.
///
/// Source: the default parameters of Laidig and Seel, "VQF: Highly accurate IMU orientation
/// estimation with bias estimation and magnetic disturbance rejection", Information Fusion 91
/// (2023); every default below is theirs, but for the delay, which the paper has not.
public struct AttitudeSettings: Sendable, Hashable {
  /// How late the samples are; orientation is turned ahead by it at the newest rate. Units: s.
  public var delayS = 0.0

  /// How long the accelerometer is averaged. Units: s.
  public var accelTimeConstantS = 3.0
  /// How fast heading follows the magnetometer. Units: s.
  public var magnetometerTimeConstantS = 9.0

  /// Standard deviation of the bias before anything was seen. Units: rad/s.
  public var biasStartSigmaRadS = radians(degrees: 0.5)
  /// Time in which the bias becomes uncertain by 0.1 deg/s. Units: s.
  public var biasForgettingTimeS = 100.0
  /// Larger biases are not believed; take larger ones off by a rest calibration. Units: rad/s.
  public var biasLimitRadS = radians(degrees: 2)
  /// Standard deviation the bias converges to in motion. Units: rad/s.
  public var biasMotionSigmaRadS = radians(degrees: 0.1)
  /// How strongly, in motion, the bias about the vertical (unseen by gravity) is pulled to zero.
  public var biasVerticalForgetting = 0.0001
  /// Standard deviation the bias converges to at rest. Units: rad/s.
  public var biasRestSigmaRadS = radians(degrees: 0.03)

  /// Quiet for this long is rest. Units: s.
  public var restMinimumS = 1.5
  /// Averaging time against which quiet is judged. Units: s.
  public var restTimeConstantS = 0.5
  /// Largest deviation of the gyro from its average at rest. Units: rad/s.
  public var restGyroLimitRadS = radians(degrees: 2)
  /// Largest deviation of the accelerometer from its average at rest. Units: m/s2.
  public var restAccelLimitMS2 = 0.5

  /// Smoothing of the field's strength and dip before they are judged. Units: s.
  public var fieldSmoothingS = 0.05
  /// How fast the reference field follows an undisturbed one. Units: s.
  public var fieldReferenceTimeConstantS = 20.0
  /// Largest deviation of the field's strength, as a share of the reference.
  public var fieldStrengthShare = 0.1
  /// Largest deviation of the field's dip. Units: rad.
  public var fieldDipLimitRad = radians(degrees: 10)
  /// Steady this long while turning, a different field becomes the reference. Units: s.
  public var fieldNewTimeS = 20.0
  /// The same for the very first reference. Units: s.
  public var fieldFirstTimeS = 5.0
  /// Turning, for the two times above, means at least this. Units: rad/s.
  public var fieldNewTurnRadS = radians(degrees: 20)
  /// A field must be undisturbed this long before it counts again. Units: s.
  public var fieldUndisturbedS = 0.5
  /// Longest time for which a disturbed field is ignored altogether. Units: s.
  public var fieldRejectionLimitS = 60.0
  /// After that it corrects this much more slowly; undisturbed time pays rejection back this fast.
  public var fieldRejectionFactor = 2.0

  /// The paper's defaults, for samples that are not late.
  public init() {}

  /// For a recorded log of which no more is known: its samples went through a low-pass filter.
  ///
  /// Source of the delay: the four BROAD recordings that the tests use; the inclination error of
  /// each is smallest at 2.5 to 3 ms. Chips' own filters have the like, such as 1.9 ms for the gyro
  /// and 2.0 ms for the accelerometer at the MPU-6050's 188 and 184 Hz (RM-MPU-6000A 4.3).
  public static var recorded: AttitudeSettings {
    var settings = AttitudeSettings()
    settings.delayS = 0.0025
    return settings
  }
}
