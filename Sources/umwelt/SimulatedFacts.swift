// SPDX-License-Identifier: Apache-2.0
import Board
import Diagnosis
import Simulation

extension MachineFacts {
  /// The buses, lines and camera of a simulated board instead of this computer's.
  mutating func showSimulated(_ board: BoardDescription) {
    i2cAdapters = board.busNames.enumerated().map { index, name in
      // The number that the name has, as in "i2c-1".
      let number = name.split(separator: "-").last.flatMap { Int($0) } ?? index
      return I2CAdapter(number: number, name: name, speedHz: 400_000)
    }
    gpioChips = [
      GPIOChip(
        name: "gpiochip0", label: "simulated",
        lines: board.lineNames.enumerated().map { GPIOLine(offset: $0, name: $1.line) })
    ]
    pins = nil
    cameras = board.camera.map {
      [
        VideoDevice(
          path: $0.device ?? $0.name, card: $0.name,
          formats: [
            VideoFormat(
              fourCC: VideoFormat.readable[0], widthPx: $0.widthPx, heightPx: $0.heightPx, ratesHz: [$0.rateHz])
          ])
      ]
    }
  }
}

extension SimulatedRun {
  /// The electronics of a simulated board, nobody at the wheel; nil of a real one.
  static func machine(of board: BoardDescription, seed: UInt64) -> SimulatedMachine? {
    guard case .simulated(let kind) = board.machine, board.pwm != nil, board.motorDriver != nil
    else { return nil }
    let world: any World
    switch kind {
    case .rover:
      world = RoverWorld(
        room: room, start: RoverTask(level: .easy, room: room, seed: seed).start, seed: seed)
    case .balance:
      world = BalanceWorld(tiltRad: BalanceTask(level: .easy, seed: seed).tiltRad, seed: seed)
    }
    return SimulatedMachine(
      world: world, wiring: MachineWiring(board), seed: seed, pace: .lockstep)
  }
}
