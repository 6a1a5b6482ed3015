// SPDX-License-Identifier: Apache-2.0
import Quantities

/// Watches an IMU for what no working one on a wheeled robot delivers, sample after sample.
///
/// One sample is no evidence: a bump is hard. More bad samples than good ones, over and over, is.
package struct ImuHealth: Sendable {
  /// Identical samples in a row that noise alone would never give.
  package static let frozenSamples = 20
  /// Bad samples, less the good ones between them, that make the IMU implausible.
  package static let implausibleSamples = 10
  /// Free fall lies below, six times gravity above.
  static let plausibleForceMS2 = 2.0...60.0
  /// At 100 Hz 300 rad/s2: a torque no wheels give for ten samples on end. Random data of a chip
  /// set to its smallest range, 250 deg/s, jumps further in 4 of 5 samples.
  static let largestRateStepRadS = 3.0

  /// All samples since the last look were at the end of the range.
  package private(set) var isSaturated = false
  /// The same sample again and again.
  package private(set) var isFrozen = false
  /// Most samples are impossible; stays until as many possible ones came.
  package var isImplausible: Bool { suspicion >= Self.implausibleSamples }

  /// Whether its values may be those of a robot; a bump that saturates it is no doubt.
  package var isTrusted: Bool { !isFrozen && !isImplausible }

  private let fullScaleRadS, fullScaleMS2: Double
  private var isFirst = true
  private var repeats = 0
  private var suspicion = 0
  private var last: (gyroRadS: Vector3, accelMS2: Vector3)?

  /// - Parameters: full scale of the gyro and of the accelerometer.
  package init(gyroRangeRadS: Double, accelRangeMS2: Double) {
    fullScaleRadS = 0.999 * gyroRangeRadS  // 32767 / 32768 at the positive end
    fullScaleMS2 = 0.999 * accelRangeMS2
  }

  /// The first of a look's samples follows.
  package mutating func beginLook() { isFirst = true }

  /// Takes in one sample, as measured, bias and all.
  package mutating func observe(gyroRadS: Vector3, accelMS2: Vector3) {
    defer { last = (gyroRadS, accelMS2) }
    let isRepeated = last.map { $0.gyroRadS == gyroRadS && $0.accelMS2 == accelMS2 } ?? false
    repeats = isRepeated ? repeats + 1 : 0
    isFrozen = repeats >= Self.frozenSamples
    let step = last.map { largest(gyroRadS - $0.gyroRadS) } ?? 0
    let isAtEnd = !(largest(gyroRadS) < fullScaleRadS && largest(accelMS2) < fullScaleMS2)
    isSaturated = isAtEnd && (isFirst || isSaturated)
    isFirst = false
    let isGood =
      Self.plausibleForceMS2.contains(accelMS2.norm) && largest(gyroRadS) < fullScaleRadS
      && step <= Self.largestRateStepRadS
    suspicion = isGood ? max(suspicion - 1, 0) : min(suspicion + 1, 2 * Self.implausibleSamples)
  }

  private func largest(_ v: Vector3) -> Double { max(abs(v.x), abs(v.y), abs(v.z)) }
}
