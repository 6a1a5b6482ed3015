// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A chip on the simulated bus that sees a grid of temperatures or distances.
package protocol FakeGridChip: FakeChip {
  var fault: Fault { get set }
}

extension FakeAMG8833: FakeGridChip {}
extension FakeMLX90640: FakeGridChip {}
extension FakeVL53L5CX: FakeGridChip {}

/// The fake grid sensors by the names that board.yaml has for them, looking at a world.
enum FakeGrids {
  static let names = ["mlx90640", "amg8833", "vl53l5cx"]
  /// Source: VL53L5CX datasheet (DS13754), 1.1: 45 degrees both ways, 4 m.
  private static let fieldRad = 45.0 * .pi / 180
  private static let reachM = 4.0
  /// A room, and somebody warm in it.
  private static let (roomC, warmC) = (22.0, 34.0)

  /// Nil when there is none of that name.
  static func make(
    _ grid: MachineWiring.Grid, in world: any World, clock: any Clock, seed: UInt64
  ) -> (any FakeGridChip)? {
    switch grid.chip {
    case "mlx90640":
      return FakeMLX90640(clock: clock, seed: seed) { warmth((Double($0) + 0.5) / 24, (Double($1) + 0.5) / 32) }
    case "amg8833":
      return FakeAMG8833(clock: clock, seed: seed) {
        warmth((Double($0 / 8) + 0.5) / 8, (Double($0 % 8) + 0.5) / 8)
      }
    case "vl53l5cx":
      let chip = FakeVL53L5CX(firmware: Array(grid.firmware.prefix(86_016)), clock: clock) { _ in nil }
      chip.sceneM = { [unowned chip, unowned world] zone in
        let across = Double(chip.columns)
        let right = (Double(zone % chip.columns) + 0.5) / across - 0.5
        let distanceM = world.distanceM(bearingRad: -right * fieldRad)
        return distanceM.flatMap { $0 <= reachM ? $0 : nil }
      }
      return chip
    default: return nil
    }
  }

  /// By the share of the field from the top and from the left.
  private static func warmth(_ down: Double, _ right: Double) -> Double {
    let (dy, dx) = (down - 0.4, right - 0.6)
    return roomC + (warmC - roomC) * exp(-(dx * dx + dy * dy) / 0.02)
  }
}
