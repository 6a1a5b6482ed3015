// SPDX-License-Identifier: Apache-2.0

/// Why the gate slows or stops the robot, or will not let it start.
///
/// What follows from each, `Failsafe` says. Order matters: of two with the same consequence the
/// first is named, and what explains others comes before them.
public enum Refusal: Int, CaseIterable, Equatable, Sendable {
  // What was commanded.
  case nonFiniteCommand, operatorStop, emergencyStop
  // What guards the robot, and the time it lives in.
  case guardStopped, guardLost, clockJump, lateTick
  // The chips.
  case deviceFailed, busErrors
  // The IMU.
  case nonFiniteSense, tilted, noImu, staleImu, frozenImu, saturatedImu, implausibleImu
  // The camera.
  case noFrame, staleFrame, frozenFrame
  // What surrounds the robot.
  case obstacle, staleGrid, outsideWorkspace
  // The motors and their supply.
  case stall, wheelsUnknown, overCurrent, lowBattery, staleSupply
  // The computer.
  case undervoltage, hot, overTemperature, diskFull, memoryPressure, staleComputer
  case modelChanged, boardChanged
  // The mind and the operator's line.
  case lost, surprised, stalePlan, latePlan, linkLost
  // What only keeps it from arming.
  case notStarted, notCalibrated, watchdogReset, notDisarmed

  /// Its name in board.yaml, reports and logs, which scripts may rely on.
  public var id: String { "\(self)" }

  /// The reason of this name; nil for none.
  public init?(id: String) {
    guard let found = Self.allCases.first(where: { $0.id == id }) else { return nil }
    self = found
  }

  /// What happened, and what to do about it.
  public var description: String { "\(what) \(fix)" }

  /// What happened. One sentence.
  public var what: String {
    switch self {
    case .nonFiniteCommand: "the planner asked for NaN or infinity."
    case .operatorStop: "stopped by the operator."
    case .emergencyStop: "the emergency stop is pressed, or its wire is broken."
    case .guardStopped: "umwelt-guard turned the outputs off; its log says why."
    case .guardLost: "umwelt-guard does not answer, and this robot must not move without it."
    case .clockJump: "the clock went back."
    case .lateTick: "the control loop was held up for too long."
    case .deviceFailed: "a chip failed; the log above names it."
    case .busErrors: "too many transfers on the I2C bus fail."
    case .nonFiniteSense: "the IMU gave NaN or infinity."
    case .tilted: "the robot is tilted beyond safety.tilt."
    case .noImu: "no IMU sample yet."
    case .staleImu: "the IMU stopped answering."
    case .frozenImu: "the IMU repeats one sample."
    case .saturatedImu: "the IMU is at the end of its range."
    case .implausibleImu: "the IMU's values jump beyond what a robot can do."
    case .noFrame: "no camera frame yet."
    case .staleFrame: "the camera stopped."
    case .frozenFrame: "the camera repeats one picture."
    case .obstacle: "something is nearer than safety.obstacle."
    case .staleGrid: "a distance or temperature sensor stopped answering."
    case .outsideWorkspace: "the robot is about to leave safety.workspace, or to enter a keep_out."
    case .stall: "a motor is driven but its wheel does not turn."
    case .wheelsUnknown: "a wheel encoder lost count."
    case .overCurrent: "the supply's current is above its limit."
    case .lowBattery: "the battery is empty."
    case .staleSupply: "the chip that watches the battery stopped answering."
    case .undervoltage: "the computer's own supply is too low, or it throttles its clock."
    case .hot: "the computer is hot."
    case .overTemperature: "the computer is too hot to go on."
    case .diskFull: "the disk is full: nothing could be recorded."
    case .memoryPressure: "the computer's memory is nearly used up."
    case .staleComputer: "the computer's own health has not been looked at for long."
    case .modelChanged: "the model's file changed while it was in use."
    case .boardChanged: "board.yaml changed while it was in use."
    case .lost: "the world does what the model does not expect, for long."
    case .surprised: "the world did what the model did not expect."
    case .stalePlan: "no decision in time."
    case .latePlan: "the planner keeps missing its deadline."
    case .linkLost: "the operator's line is silent."
    case .notStarted: "the robot has not started."
    case .notCalibrated: "the gyro is not calibrated."
    case .watchdogReset: "the last start was a watchdog reset."
    case .notDisarmed: "the robot is armed, or a stop is latched."
    }
  }

  /// What to do about it.
  public var fix: String {
    switch self {
    case .nonFiniteCommand: "Run `umwelt model verify`."
    case .operatorStop: "Disarm, then arm again to go on."
    case .emergencyStop: "Make the place safe, pull the button out, acknowledge, then arm again."
    case .guardStopped: "Mend what it names, disarm for a second, then arm again."
    case .guardLost: "Start umwelt-guard (systemctl start umwelt-guard), then arm again."
    case .clockJump: "Check the kernel's log for its clock source, then arm again."
    case .lateTick: "Run `umwelt doctor` for real-time rights and other programs, then arm again."
    case .deviceFailed: "Mend it, then arm again."
    case .busErrors: "Check the wires' length and pull-ups, lower the bus speed, then arm again."
    case .nonFiniteSense: "Check its driver and wiring."
    case .tilted: "Set it upright, then arm again."
    case .noImu: "Check the data-ready wire and `rate` in board.yaml."
    case .staleImu: "Check its power and the I2C wires, then arm again."
    case .frozenImu: "Power-cycle the chip, then arm again."
    case .saturatedImu: "Raise gyro_range or accel_range in board.yaml, or mount it softer."
    case .implausibleImu: "Check its wires, then arm again."
    case .noFrame: "Check the camera cable and its name in board.yaml."
    case .staleFrame: "Check its cable, then arm again."
    case .frozenFrame: "Restart the camera, then arm again."
    case .obstacle: "Clear the way, then arm again."
    case .staleGrid: "Check its power and the I2C wires, then arm again."
    case .outsideWorkspace: "Carry it back, or widen safety.workspace, then arm again."
    case .stall: "Switch off, free the wheel and feel whether the motor is hot, then arm again."
    case .wheelsUnknown: "Check the encoder's two wires and its supply, then arm again."
    case .overCurrent: "Check the motors for a short and the wheels for a block, then arm again."
    case .lowBattery: "Charge it, then arm again."
    case .staleSupply: "Check its power and the I2C wires, then arm again."
    case .undervoltage: "Check the computer's supply and its cable: 5 V, 3 A or more, under load."
    case .hot: "Check the fan and the heat sink."
    case .overTemperature: "Let it cool, check the fan and the heat sink, then arm again."
    case .diskFull: "Check with `df -h`, remove old recordings, then arm again."
    case .memoryPressure: "Check with `free -m` what else runs, stop it, then arm again."
    case .staleComputer: "Check the log, restart the service."
    case .modelChanged: "Restart the service, so that it runs what is on the disk."
    case .boardChanged: "Run `umwelt board check`, then restart the service."
    case .lost: "Check the camera's view and the wheels; train on such scenes; then arm again."
    case .surprised: "Check the camera's view and the wheels."
    case .stalePlan: "Lower planner.candidates in board.yaml, then arm again."
    case .latePlan: "Lower planner.candidates in board.yaml."
    case .linkLost: "Check the cable or the radio, then arm again."
    case .notStarted: "Wait until it has, or see the log why it does not, then arm."
    case .notCalibrated: "Hold the robot still for a second, then arm."
    case .watchdogReset: "Read the crash record, mend the cause, acknowledge, then arm."
    case .notDisarmed: "Disarm it (acknowledge a latched fault first), then arm."
    }
  }

  /// Whether the robot must not be armed while it holds; the others are about a run.
  public var isArmingCheck: Bool {
    switch self {
    // The workspace begins where it is armed.
    case .nonFiniteCommand, .operatorStop, .clockJump, .lateTick, .outsideWorkspace, .stall, .lost,
      .surprised, .stalePlan, .latePlan:
      false
    default: true
    }
  }

  /// Whether it is watched while the robot moves; the others only keep it from arming.
  public var isWatched: Bool {
    switch self {
    case .notStarted, .notCalibrated, .watchdogReset, .notDisarmed: false
    default: true
    }
  }
}

/// A set of reasons without storage of its own.
public struct RefusalSet: Equatable, Sendable {
  private var bits: UInt64 = 0

  public init() {}

  public init(_ refusals: [Refusal]) { for refusal in refusals { set(refusal, true) } }

  public var isEmpty: Bool { bits == 0 }

  public func isSubset(of other: RefusalSet) -> Bool { bits & ~other.bits == 0 }

  public func contains(_ refusal: Refusal) -> Bool { bits & Self.bit(refusal) != 0 }

  public mutating func set(_ refusal: Refusal, _ isIn: Bool) {
    if isIn { bits |= Self.bit(refusal) } else { bits &= ~Self.bit(refusal) }
  }

  /// In the order of `Refusal.allCases`. Allocates: not for the tick path.
  public var all: [Refusal] { Refusal.allCases.filter(contains) }

  private static func bit(_ refusal: Refusal) -> UInt64 { 1 << UInt64(refusal.rawValue) }
}
