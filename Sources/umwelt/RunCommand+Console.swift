// SPDX-License-Identifier: Apache-2.0
import Board
import Runtime
import Simulation
import WorldModel

extension RunCommand {
  /// The console where `--console` says; nil where it says nothing.
  ///
  /// - Parameters:
  ///   - mind: what goals and weights are handed to; nil where the mind takes none.
  ///   - machine: whose parts can be broken; nil for real chips.
  func consoleService(
    _ settings: BoardSettings, model: WorldModel?, servoEnds: [Calibration.Servo] = [],
    mind: MindChanges? = nil, machine: SimulatedMachine? = nil
  ) throws -> ConsoleService? {
    guard !console.isEmpty else { return nil }
    let service = try ConsoleService(
      places: console, settings: settings, stateFolder: state ?? settings.board.folder,
      goalFolder: "\(state ?? settings.board.folder)/goals",
      goalSize: model?.info.frame.map { ($0.width, $0.height) }, servoEnds: servoEnds,
      mind: mind,
      inject: machine.map { machine in { Self.breaks(machine, part: $0, fault: $1) } },
      injections: machine == nil
        ? []
        : Injection.allValueStrings.map {
          $0.split(separator: ":").joined(separator: " ")
        })
    complain("umwelt: console at \(console.joined(separator: ", "))")
    return service
  }

  /// The same mind, which lets itself be told goals and weights where it can.
  static func tunable(_ mind: any Mind, _ changes: MindChanges) -> any Mind {
    (mind as? PlanningMind).map { TunableMind($0, changes) } ?? mind
  }

  /// Whether the machine has such a part, and it can be broken so.
  private static func breaks(_ machine: SimulatedMachine, part: String, fault: String) -> Bool {
    guard let injection = Injection(argument: "\(part):\(fault)") else { return false }
    do throws(InjectionError) {
      try machine.inject(injection.fault, into: injection.part)
      return true
    } catch { return false }
  }
}
