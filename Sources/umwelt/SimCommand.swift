// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// Everything that needs the simulator.
struct SimCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sim", abstract: "Simulated robots: collect training data, evaluate planners.",
    subcommands: [
      CollectCommand.self, EvaluateCommand.self, ScenarioCommand.self, InjectCommand.self,
      MachineCommand.self, GuardBenchCommand.self
    ])
}
