// SPDX-License-Identifier: Apache-2.0

/// An axis of the body frame.
public enum Axis: Int, Sendable, Hashable, CustomStringConvertible {
  /// Forward.
  case x = 0
  /// Left.
  case y
  /// Up.
  case z

  /// The axis as people write it.
  public var description: String { self == .x ? "x" : self == .y ? "y" : "z" }
}

/// Why a rest calibration is not to be used.
public enum RestCalibrationError: Error, Equatable, CustomStringConvertible {
  /// The IMU delivered values that are no numbers.
  case notFinite(samples: Int)
  /// `finish` came too early.
  case tooFewSamples(found: Int, needed: Int)
  /// The gyro scattered more than its noise can.
  case gyroMoved(axis: Axis, spreadRadS: Double, limitRadS: Double)
  /// The mean rate changed from window to window.
  case gyroDrifted(axis: Axis, driftRadS: Double, limitRadS: Double)
  /// The accelerometer scattered more than its noise can.
  case accelMoved(axis: Axis, spreadMS2: Double, limitMS2: Double)
  /// The mean specific force changed from window to window.
  case accelDrifted(axis: Axis, driftMS2: Double, limitMS2: Double)
  /// The mean rate is more than any bias: a steady turn, or a wrong range.
  case biasTooLarge(axis: Axis, biasRadS: Double, limitRadS: Double)
  /// The mean specific force is not gravity.
  case gravityOff(foundMS2: Double, limitMS2: Double)

  /// What gave motion away, and what to do.
  public var description: String {
    let still = "Put the robot on firm ground, motors off, and repeat."
    switch self {
    case .notFinite(let samples):
      return "rest calibration: \(samples) samples were not numbers. Check the IMU's driver."
    case .tooFewSamples(let found, let needed):
      return "rest calibration: \(found) of \(needed) samples came. Wait longer; if none come,"
        + " check the IMU's data rate."
    case .gyroMoved(let axis, let spread, let limit):
      return "rest calibration: the gyro's \(axis) axis shook (\(rounded(spread)) rad/s,"
        + " limit \(rounded(limit))). \(still)"
    case .gyroDrifted(let axis, let drift, let limit):
      return "rest calibration: the rate about \(axis) changed by \(rounded(drift)) rad/s"
        + " (limit \(rounded(limit))). \(still)"
    case .accelMoved(let axis, let spread, let limit):
      return "rest calibration: the accelerometer's \(axis) axis shook (\(rounded(spread)) m/s2,"
        + " limit \(rounded(limit))). \(still)"
    case .accelDrifted(let axis, let drift, let limit):
      return "rest calibration: the robot tilted or sped up (\(axis) changed by"
        + " \(rounded(drift)) m/s2, limit \(rounded(limit))). \(still)"
    case .biasTooLarge(let axis, let bias, let limit):
      return "rest calibration: the gyro reads \(rounded(bias)) rad/s about \(axis), more than any"
        + " bias (limit \(rounded(limit))). Stop the robot's turning, or check the gyro's range"
        + " setting."
    case .gravityOff(let found, let limit):
      return "rest calibration: gravity reads \(rounded(found)) m/s2, not 9.81 ±"
        + " \(rounded(limit)). Check the accelerometer's range setting."
    }
  }
}

/// Four digits after the point: the limits of the gyro are some thousandths.
private func rounded(_ value: Double) -> String {
  guard abs(value) < 1e6 else { return "\(value)" }
  return "\((value * 1e4).rounded() / 1e4)"
}
