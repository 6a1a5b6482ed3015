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
  @Option(help: "Look at another computer's files (proc, sys, etc, dev, boot) in this folder.")
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
    var facts = FactReader(root: root, survey: NoSurvey(), nowS: time(nil)).read()
    if case .simulated = board.machine { facts.showSimulated(board) }
    let hardware = try hardware(board)
    let probe = hardware.map { Prober(board: board, facts: facts, hardware: $0).probe() }
    return Evidence(
      board: board, facts: facts, probe: probe ?? Probe(), fit: ModelTrial(board: board).fit())
  }

  /// What the chips hang on; nil when only files are looked at.
  private func hardware(_ board: BoardDescription) throws -> (any Hardware)? {
    if let machine = SimulatedRun.machine(of: board, seed: 1) {
      for injection in injections { machine.inject(injection.fault, into: injection.part) }
      return machine
    }
    guard injections.isEmpty else { throw RunError.notSimulated(board.name) }
    return nil
  }

  private func show(_ report: DoctorReport) {
    let isScreen = Terminal.isScreen
    let columns = isScreen ? Terminal.size.columns : 100
    print(json ? report.json : report.text(isColoured: isScreen, columns: columns))
  }
}
