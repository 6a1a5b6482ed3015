// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Simulation

extension BoardDescription {
  /// What the board's chips hang on: this computer, or a world at rest.
  func hardware() throws(HardwareError) -> any Hardware {
    switch machine {
    case .simulated(.rover):
      let task = RoverTask(level: .medium, room: SimulatedRun.room, seed: 1)
      return SimulatedMachine(
        world: RoverWorld(room: SimulatedRun.room, start: task.start, seed: 1),
        wiring: MachineWiring(self), seed: 1, pace: .lockstep)
    case .simulated(.balance):
      return SimulatedMachine(
        world: BalanceWorld(tiltRad: 0, seed: 1), wiring: MachineWiring(self), seed: 1,
        pace: .lockstep)
    case .linux:
      throw HardwareError(kind: "computer", name: name, available: [])
    }
  }
}
