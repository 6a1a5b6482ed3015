// SPDX-License-Identifier: Apache-2.0
import Buses
import Safety

/// Toshiba TB6612FNG, two H-bridges with a STBY line. Source: TB6612FNG data sheet, H-SW control
/// function.
///
/// | STBY | IN1 | IN2 | PWM | motor |
/// |---|---|---|---|---|
/// | high | H | L | H / L | forward / short brake |
/// | high | L | H | H / L | reverse / short brake |
/// | high | L | L | H | off (coast) |
/// | low | - | - | - | off (coast): the state at power-up, by the pull-down on STBY |
final class TB6612: Actuators, RestsFirst {
  static let traits = BridgeTraits(
    name: "TB6612FNG", bridges: 2, sleepPin: "STBY", faultPin: nil, hasPWMInput: true,
    decays: [.slow])

  let setPoints: Range<Int>
  private var stage: PowerStage
  private let isInverted: [Bool]

  /// Precondition: the wiring passed `traits.check`.
  /// - Parameter first: the set point of the first motor; the others follow it.
  init(motors: [BridgeMotor], standby: any OutputLine, first: Int) {
    setPoints = first..<(first + motors.count)
    isInverted = motors.map(\.isInverted)
    let inputs = motors.flatMap { [$0.pwm, $0.in1, $0.in2].compactMap { $0 } }
    stage = PowerStage(inputs: inputs, sleep: standby)
  }

  func start(clock: any Clock) throws(DeviceError) { try stage.start(clock: clock) }

  /// Drives the motors: set point `first` + i is motor i's duty, -1...1.
  func apply(_ command: SafeCommand) throws(DeviceError) {
    precondition(setPoints.upperBound <= command.count, "a set point for each motor")
    guard command.isEnabled else { return try stage.rest() }
    for motor in isInverted.indices {
      let setPoint = command.setPoints[setPoints.lowerBound + motor]
      let value = isInverted[motor] ? -setPoint : setPoint
      stage.set(3 * motor, duty: abs(value))
      stage.set(3 * motor + 1, duty: value >= 0 ? 1 : 0)
      stage.set(3 * motor + 2, duty: value < 0 ? 1 : 0)
    }
    try stage.drive()
  }

  /// Standby low and every input off, whatever state the bus is in. Idempotent.
  func stop() { stage.stop() }

  func rest() { stage.fallAsleep() }
}
