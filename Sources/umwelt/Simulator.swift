// SPDX-License-Identifier: Apache-2.0
import Board
import Quantities
import Simulation

extension MachineWiring {
  /// The simulated electronics wired exactly as the board file says.
  init(_ board: BoardDescription) {
    self.init(
      imuChip: board.imu.chip.rawValue, imuBus: board.imu.bus, imuAddress: board.imu.address,
      imuInterrupt: board.imu.interruptLine,
      pwmBus: board.pwm.bus, pwmAddress: board.pwm.address,
      standbyLine: board.motorDriver.standbyLine,
      motors: board.motors.map {
        Motor(
          pwm: $0.pwmChannel, in1: $0.in1Channel, in2: $0.in2Channel, isInverted: $0.isInverted)
      },
      camera: board.camera.map {
        (
          name: $0.name, width: $0.widthPx, height: $0.heightPx,
          period: Interval(seconds: 1 / $0.rateHz)
        )
      })
  }
}
