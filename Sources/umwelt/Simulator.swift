// SPDX-License-Identifier: Apache-2.0
import Board
import Quantities
import Simulation

extension MachineWiring {
  /// The simulated electronics wired exactly as the board file says.
  init(_ board: BoardDescription) {
    self.init(
      imuBus: board.imu.bus, imuAddress: board.imu.address, imuInterrupt: board.imu.interrupt,
      pwmBus: board.pwm.bus, pwmAddress: board.pwm.address, standbyLine: board.motorDriver.standby,
      motors: board.motors.map {
        Motor(pwm: $0.pwm, in1: $0.in1, in2: $0.in2, isInverted: $0.isInverted)
      },
      camera: board.camera.map {
        (name: $0.name, width: $0.width, height: $0.height, period: Interval(seconds: 1 / $0.rateHz))
      })
  }
}
