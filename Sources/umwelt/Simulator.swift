// SPDX-License-Identifier: Apache-2.0
import Board
import Quantities
import Simulation

extension MachineWiring {
  /// The simulated electronics wired exactly as the board file says.
  /// Precondition: motors on a PWM chip, which the loop's body asks for too.
  init(_ board: BoardDescription) {
    guard let pwm = board.pwm, let bridge = board.motorDriver else {
      preconditionFailure("\(board.name) has no motors on a PWM chip")
    }
    self.init(
      imuBus: board.imu.bus, imuAddress: board.imu.address,
      imuInterrupt: board.imu.interruptLine ?? "", imuAxes: board.imu.axes, pwmBus: pwm.bus,
      pwmAddress: pwm.address, outputEnableLine: pwm.outputEnableLine,
      standbyLine: bridge.standbyLine,
      motors: board.motors.map { motor in
        Motor(
          pwm: motor.pwm?.channel ?? 0, in1: motor.in1.channel ?? 0, in2: motor.in2.channel ?? 0,
          isInverted: motor.isInverted)
      },
      camera: board.camera.map {
        (
          name: $0.name, width: $0.widthPx, height: $0.heightPx,
          period: Interval(seconds: 1 / $0.rateHz)
        )
      })
  }
}
