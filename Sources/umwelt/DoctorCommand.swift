// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Board
import Buses
import Diagnosis

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// `umwelt doctor`: what is wrong with a robot, and what to type.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Find out what is wrong with a board and its computer, and what to type.",
    discussion: """
      Nothing that it does moves an actuator. Exit codes: 0 all is fine or only worth a note, \
      1 there are warnings: it runs, but not as it should, 2 the board file is wrong, \
      3 there are errors: it does not run.
      """)

  @OptionGroup var place: BoardOption
  @Option(help: "Another computer's files (proc, sys, etc, dev, boot) under this folder.")
  var root = "/"
  @Option(
    name: .customLong("inject"),
    help: "Break a part of a simulated board first: PART:FAULT, e.g. imu:wrong or camera:off.")
  var injections: [Injection] = []
  @Flag(help: "One JSON object on standard output.") var json = false

  func validate() throws {
    if let late = injections.first(where: { $0.atS > 0 }) {
      throw ValidationError(
        "--inject \(late.part.rawValue):\(late.fault.rawValue)@...: the doctor looks once, so leave "
          + "the time away.")
    }
    guard access("\(root)/proc", F_OK) == 0 else {
      throw ValidationError("--root \(root): there is no proc folder in it.")
    }
  }

  func run() throws {
    let board: BoardDescription
    do {
      board = try place.load()
    } catch let error as BoardError {
      show(DoctorReport(board: place.board, findings: Doctor.findings(of: error)))
      throw ExitCode(2)
    }
    let report = DoctorReport(board: board.name, findings: Doctor.examine(try evidence(board)))
    show(report)
    if report.exitCode != 0 { throw ExitCode(report.exitCode) }
  }

  private func evidence(_ board: BoardDescription) throws -> Evidence {
    let reader = FactReader(root: root, survey: NoSurvey(), nowS: time(nil))
    var facts = reader.read()
    var probe = Probe()
    if let machine = SimulatedRun.machine(of: board, seed: 1) {
      for injection in injections { machine.inject(injection.fault, into: injection.part) }
      facts.showSimulated(board)
      probe = Prober(board: board, facts: facts, hardware: machine).probe()
    } else if !injections.isEmpty {
      throw RunError.notSimulated(board.name)
    }
    return Evidence(board: board, facts: facts, probe: probe, fit: ModelTrial(board: board).fit())
  }

  private func show(_ report: DoctorReport) {
    print(json ? report.json : report.text(isColoured: Terminal.isScreen))
  }
}
