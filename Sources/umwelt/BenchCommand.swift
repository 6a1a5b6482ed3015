// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Board
import Kernels
import WorldModel

/// What can be timed.
enum BenchPart: String, CaseIterable, ExpressibleByArgument {
  case kernels, encoder, planner, tick
}

/// `umwelt bench`: how fast this machine sees, imagines and acts.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Time the kernels, the encoder, the planner and a whole tick.",
    subcommands: [
      BenchPartsCommand.self, BenchPlanCommand.self, BenchSearchCommand.self,
      BenchLoadCommand.self, BenchAttitudeCommand.self,
      BenchWorkerCommand.self
    ],
    defaultSubcommand: BenchPartsCommand.self)
}

/// `umwelt bench [PARTS]`: in CPU time of one thread.
struct BenchPartsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parts", abstract: "Time kernels, encoder, planner and tick of a board.")

  @Argument(help: "kernels, encoder, planner or tick; all when none is named.")
  var parts: [BenchPart] = []
  @OptionGroup var place: BoardOption
  @Option(help: "A model file instead of the board's.") var model: String?
  @Flag(help: "One JSON object on standard output.") var json = false

  func run() throws {
    var board = try place.load()
    if let model { board.modelPath = model }
    let parts = parts.isEmpty ? BenchPart.allCases : parts
    let bench = EngineBench(board: board)
    var report = BenchReport(
      board: board.name, machine: Machine.cpuName(), isa: try bench.isa(), size: bench.size)
    if parts.contains(.kernels) { report.kernels = try bench.kernels() }
    if parts.contains(.encoder) { report.encoder = try bench.encoder() }
    if parts.contains(.planner) { report.planner = try bench.planner() }
    if parts.contains(.tick) {
      report.tick = try TickBench(board: board, model: bench.model(.int8)).run()
    }
    print(json ? report.json : report.text)
  }
}
