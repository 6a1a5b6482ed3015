// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Devices

extension Body {
  /// The drivers of what moves.
  ///
  /// Throws: `StartError.noDriver` for a part that a board may describe and no driver moves yet.
  static func motors(
    board: BoardDescription, hardware: any Hardware
  ) throws -> any Actuators {
    guard let chip = board.pwm, let bridge = board.motorDriver, bridge.chip == .tb6612 else {
      throw StartError.noDriver("motors without a PCA9685 and a TB6612FNG")
    }
    guard board.actuators.count == board.motors.count else {
      throw StartError.noDriver("servos, ESCs and relays")
    }
    let pwm = try PCA9685(
      device: I2CDevice(bus: try hardware.i2cBus(chip.bus), address: chip.address),
      frequencyHz: chip.frequencyHz)
    return TB6612(
      pwm: pwm, standby: try hardware.outputLine(bridge.standbyLine),
      motors: try board.motors.map { motor in
        guard case .channel(let power) = motor.pwm, case .channel(let in1) = motor.in1,
          case .channel(let in2) = motor.in2
        else { throw StartError.noDriver("motors that are not on the PWM chip") }
        return TB6612.Motor(pwm: power, in1: in1, in2: in2, isInverted: motor.isInverted)
      })
  }
}
