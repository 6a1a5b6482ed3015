// SPDX-License-Identifier: Apache-2.0
import Board
import Diagnosis

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
        label: "simulated",
        lines: board.lineNames.enumerated().map { GPIOLine(offset: $0, name: $1.line) })
    ]
    pins = nil
    cameras = board.camera.map { [VideoDevice(path: $0.device ?? $0.name, card: $0.name)] }
  }
}
