// SPDX-License-Identifier: Apache-2.0
import Board
import Quantities
import Simulation

/// The simulated boards of this repository.
package enum BoardName: String, CaseIterable, Sendable {
  case rover = "sim-rover"
  case balance = "sim-balance"

  /// Reads its board.yaml.
  package func load() throws(BoardError) -> BoardDescription {
    let here = "\(#filePath)"
    let root = here.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    return try BoardDescription.load(
      rawValue, boardsFolder: root.joined(separator: "/") + "/boards")
  }

  /// Its world, the robot where it can move; a balancing one is held by a hand.
  package func world(seed: UInt64) -> any World {
    switch self {
    case .rover:
      var random = SeededGenerator(seed: seed, stream: "rig")
      return RoverWorld(
        room: Room(seed: 7), start: RoverWorld.randomPose(&random, clearanceM: 0.3), seed: seed)
    case .balance: return BalanceWorld(tiltRad: 0.02, seed: seed)
    }
  }
}

extension MachineWiring {
  /// The simulated electronics wired as the board file says.
  /// Precondition: motors on a PWM chip, which the loop's body asks for too.
  package init(_ board: BoardDescription) {
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
