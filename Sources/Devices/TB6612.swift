// SPDX-License-Identifier: Apache-2.0
import Buses
import Safety

/// Toshiba TB6612FNG, two H-bridges, its inputs on PCA9685 channels and its STBY on a GPIO line.
/// Source: TB6612FNG data sheet, H-SW control function.
///
/// | STBY | IN1 | IN2 | PWM | motor |
/// |---|---|---|---|---|
/// | high | H | L | H / L | forward / short brake |
/// | high | L | H | H / L | reverse / short brake |
/// | high | L | L | H | off (coast) |
/// | low | - | - | - | off (coast): the state at power-up, by the pull-down on STBY |
public final class TB6612 {
  /// Which PCA9685 channels one motor hangs on.
  public struct Motor: Equatable, Sendable {
    public var pwm, in1, in2: Int
    /// Wired the other way round: positive set points turn the motor backwards.
    public var isInverted: Bool

    public init(pwm: Int, in1: Int, in2: Int, isInverted: Bool) {
      (self.pwm, self.in1, self.in2, self.isInverted) = (pwm, in1, in2, isInverted)
    }
  }

  private let pwm: PCA9685
  private let standby: any OutputLine
  private let motors: [Motor]
  private let channels: Range<Int>
  private var isAwake = false

  public init(pwm: PCA9685, standby: any OutputLine, motors: [Motor]) {
    (self.pwm, self.standby, self.motors) = (pwm, standby, motors)
    let used = motors.flatMap { [$0.pwm, $0.in1, $0.in2] }
    precondition(used.allSatisfy { (0..<16).contains($0) }, "PCA9685 channels are 0...15")
    channels = (used.min() ?? 0)..<((used.max() ?? 0) + 1)
  }

  /// Drives the motors: set point i is motor i's duty, -1...1.
  public func apply(_ command: SafeCommand) throws(DeviceError) {
    precondition(command.count == motors.count, "a set point for each motor")
    guard command.isEnabled else { return try rest() }
    for (index, motor) in motors.enumerated() {
      let value = motor.isInverted ? -command.setPoints[index] : command.setPoints[index]
      pwm.set(motor.in1, duty: value >= 0 ? 1 : 0)
      pwm.set(motor.in2, duty: value < 0 ? 1 : 0)
      pwm.set(motor.pwm, duty: abs(value))
    }
    try pwm.flush(channels: channels)
    if !isAwake { try setStandby(high: true) }
  }

  /// Standby low and every channel off, whatever state the bus is in. Idempotent.
  public func stop() {
    do throws(DeviceError) { try setStandby(high: false) } catch { isAwake = true }
    pwm.off()
  }

  private func rest() throws(DeviceError) {
    guard isAwake else { return }
    try setStandby(high: false)
    pwm.off()
  }

  private func setStandby(high: Bool) throws(DeviceError) {
    do throws(LineError) { try standby.set(high: high) } catch { throw .line(error) }
    isAwake = high
  }
}
