// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// The one command.
@main
struct Umwelt: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "umwelt", abstract: "A world model on a robot: sees, imagines, plans and acts.",
    subcommands: [SimCommand.self])
}
