// SPDX-License-Identifier: Apache-2.0
import Buses
import Safety

/// Texas Instruments DRV8833, two H-bridges driven by their two inputs alone.
/// Source: SLVSAR1E, sections below.
///
/// | nSLEEP | IN1 | IN2 | motor (table 2) |
/// |---|---|---|---|
/// | high | L | L | coast (fast decay) |
/// | high | H | L | forward |
/// | high | L | H | reverse |
/// | high | H | H | brake (slow decay) |
/// | low | - | - | off (coast): the state at power-up, by the pull-down on nSLEEP (7.3.4) |
///
/// | PWM control (table 3) | IN1 | IN2 |
/// |---|---|---|
/// | forward, fast / slow decay | PWM / high | low / inverse PWM |
/// | reverse, fast / slow decay | low / inverse PWM | PWM / high |
///
/// nFAULT is open drain, low on overcurrent, overtemperature and undervoltage (7.3.5): it needs a
/// pull-up. Overcurrent ends by itself after a millisecond and comes again if it persists, so a
/// short one may pass between two looks.
final class DRV8833: Actuators, RestsFirst {
  static let traits = BridgeTraits(
    name: "DRV8833", bridges: 2, sleepPin: "nSLEEP", faultPin: "nFAULT", hasPWMInput: false,
    decays: [.slow, .fast])

  let setPoints: Range<Int>
  private var stage: PowerStage
  private let fault: (any InputLine)?
  private let isInverted: [Bool]
  private let decay: Decay

  /// Precondition: the wiring passed `traits.check`.
  init(
    motors: [BridgeMotor], sleep: any OutputLine, fault: (any InputLine)?, decay: Decay, first: Int
  ) {
    setPoints = first..<(first + motors.count)
    isInverted = motors.map(\.isInverted)
    stage = PowerStage(inputs: motors.flatMap { [$0.in1, $0.in2] }, sleep: sleep)
    (self.fault, self.decay) = (fault, decay)
  }

  /// nFAULT is released in sleep (7.3.4: all logic is reset), so a low one is no pull-up or no
  /// supply.
  func start(clock: any Clock) throws(DeviceError) {
    try stage.start(clock: clock)
    try requireNoFault("a missing pull-up or no motor supply")
  }

  /// Drives the motors: set point `first` + i is motor i's duty, -1...1.
  func apply(_ command: SafeCommand) throws(DeviceError) {
    precondition(setPoints.upperBound <= command.count, "a set point for each motor")
    guard command.isEnabled else { return try stage.rest() }
    if stage.isAwake { try requireNoFault("overcurrent, heat or undervoltage") }
    for motor in isInverted.indices {
      let setPoint = command.setPoints[setPoints.lowerBound + motor]
      let (in1, in2) = Self.inputs(isInverted[motor] ? -setPoint : setPoint, decay)
      stage.set(2 * motor, duty: in1)
      stage.set(2 * motor + 1, duty: in2)
    }
    try stage.drive()
  }

  /// nSLEEP low and every input off, whatever state the bus is in. Idempotent.
  func stop() { stage.stop() }

  func rest() { stage.fallAsleep() }

  /// Source: table 3.
  static func inputs(_ value: Double, _ decay: Decay) -> (in1: Double, in2: Double) {
    switch decay {
    case .fast: value >= 0 ? (value, 0) : (0, -value)
    case .slow: value >= 0 ? (1, 1 - value) : (1 + value, 1)
    }
  }

  private func requireNoFault(_ causes: String) throws(DeviceError) {
    guard let fault else { return }
    let isHigh: Bool
    do throws(LineError) { isHigh = try fault.isHigh() } catch { throw .line(error) }
    if !isHigh { throw .fault(chip: Self.traits.name, line: fault.name, causes: causes) }
  }
}
