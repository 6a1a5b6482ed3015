// SPDX-License-Identifier: Apache-2.0

/// Why the gate stopped the robot, or will not let it start.
public enum Refusal: String, CaseIterable, Equatable, Sendable {
  case noImu, staleImu, frozenImu, implausibleImu, noFrame, staleFrame, frozenFrame
  case stalePlan, nonFiniteCommand, nonFiniteSense, tilted, notCalibrated, notDisarmed
  case deviceFailed, operatorStop

  /// What happened, and what to do about it.
  public var description: String {
    switch self {
    case .noImu: "no IMU sample yet. Check the data-ready wire and `rate` in board.yaml."
    case .staleImu: "the IMU stopped answering. Check its power and the I2C wires, then arm again."
    case .frozenImu: "the IMU repeats one sample. Power-cycle the chip, then arm again."
    case .implausibleImu:
      "the IMU's values jump beyond what a robot can do. Check its wires, then arm again."
    case .noFrame: "no camera frame yet. Check the camera cable and its name in board.yaml."
    case .staleFrame: "the camera stopped. Check its cable, then arm again."
    case .frozenFrame: "the camera repeats one picture. Restart the camera, then arm again."
    case .stalePlan: "no decision in time. Lower planner.candidates in board.yaml, then arm again."
    case .nonFiniteCommand: "the planner asked for NaN or infinity. Run `umwelt model verify`."
    case .nonFiniteSense: "the IMU gave NaN or infinity. Check its driver and wiring."
    case .tilted: "the robot is tilted beyond safety.tilt. Set it upright, then arm again."
    case .notCalibrated: "the gyro is not calibrated: hold the robot still for a second, then arm."
    case .notDisarmed: "the robot is armed, or a stop is latched. Disarm it, then arm."
    case .deviceFailed: "a chip failed. The log above names it; mend it, then arm again."
    case .operatorStop: "stopped by the operator. Disarm, then arm again to go on."
    }
  }

  /// Whether the outputs go off in the same tick instead of ramping down.
  public var isImmediate: Bool {
    switch self {
    case .nonFiniteCommand, .nonFiniteSense, .tilted, .deviceFailed, .operatorStop: true
    default: false
    }
  }

  /// Immediate reasons first. Made once: the tick path allocates nothing.
  static let byUrgency = allCases.filter(\.isImmediate) + allCases.filter { !$0.isImmediate }
}

/// What the gate lets through.
///
/// ```
/// disarmed --arm--> armed --refusal--> stopping --ramp over--> stopped --disarm--> disarmed
///                     |                    | immediate refusal    ^
///                     +--------------------+----------------------+
/// ```
/// Nothing leads to armed but `arm`, and `arm` only leads there from disarmed.
public enum SafetyState: Equatable, Sendable {
  /// Outputs off; may be armed.
  case disarmed
  /// Follows the mind.
  case armed
  /// On the ramp to a stop.
  case stopping(Refusal)
  /// Outputs off until disarmed.
  case stopped(Refusal)
}
