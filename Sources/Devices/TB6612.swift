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
public final class TB6612: Actuators {
  /// Which PCA9685 channels one motor hangs on.
  public struct Motor: Equatable, Sendable {
    public var pwm, in1, in2: Int
    /// Wired the other way round: positive set points turn the motor backwards.
    public var isInverted: Bool

    public init(pwm: Int, in1: Int, in2: Int, isInverted: Bool) {
      (self.pwm, self.in1, self.in2, self.isInverted) = (pwm, in1, in2, isInverted)
    }
  }

  public let setPoints: Range<Int>
  private let pwm: PCA9685
  private let standby: any OutputLine
  private let motors: [Motor]
  private let channels: Range<Int>
  private var isAwake = false

  /// - Parameter first: the set point of the first motor; the others follow it.
  public init(pwm: PCA9685, standby: any OutputLine, motors: [Motor], first: Int = 0) {
    setPoints = first..<(first + motors.count)
    (self.pwm, self.standby, self.motors) = (pwm, standby, motors)
    let used = motors.flatMap { [$0.pwm, $0.in1, $0.in2] }
    precondition(used.allSatisfy { (0..<16).contains($0) }, "PCA9685 channels are 0...15")
    channels = (used.min() ?? 0)..<((used.max() ?? 0) + 1)
  }

  public func start(clock: any Clock) throws(DeviceError) {
    stop()
    try pwm.start(clock: clock)
  }

  /// Drives the motors: set point `first` + i is motor i's duty, -1...1.
  public func apply(_ command: SafeCommand) throws(DeviceError) {
    precondition(setPoints.upperBound <= command.count, "a set point for each motor")
    guard command.isEnabled else { return try rest() }
    for (index, motor) in motors.enumerated() {
      let setPoint = command.setPoints[setPoints.lowerBound + index]
      let value = motor.isInverted ? -setPoint : setPoint
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
