// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Board
import Buses
import Diagnosis
import Guard
import Simulation

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
  @Flag(help: "The board on simulated chips, whatever it runs on.") var simulate = false
  @Option(help: "Look at another computer's files (proc, sys, etc, dev, boot) in this folder.")
  var root = "/"
  @Option(
    name: .customLong("inject"),
    help: "Break a part of a simulated board first: PART:FAULT, e.g. imu:wrong or camera:off.")
  var injections: [Injection] = []
  @Option(help: "What umwelt-guard --record was given.")
  var guardRecord = GuardRecord.usualFolder
  @Flag(help: "One JSON object on standard output.") var json = false
  @Flag(help: "Only print the udev rules that give a robot's devices to their groups.")
  var udevRules = false

  func validate() throws {
    if let late = injections.first(where: { $0.atS > 0 }) {
      throw ValidationError(
        "--inject \(late.part.rawValue):\(late.fault.rawValue)@...: the doctor looks once, so "
          + "leave the time away.")
    }
    guard access("\(root)/proc", F_OK) == 0 else {
      throw ValidationError("--root \(root): there is no proc folder in it.")
    }
  }

  func run() throws {
    if udevRules { return print(DeviceGroup.rulesFile, terminator: "") }
    let board: BoardDescription
    do {
      board = simulate ? try place.loadSimulated() : try place.load()
    } catch let error as BoardError {
      show(DoctorReport(board: place.board, findings: Doctor.findings(of: error)))
      throw ExitCode(2)
    }
    let report = DoctorReport(board: board.name, findings: Doctor.examine(try evidence(board)))
    show(report)
    if report.exitCode != 0 { throw ExitCode(report.exitCode) }
  }

  private func evidence(_ board: BoardDescription) throws -> Evidence {
    let isHere = root == "/"
    let survey: any DeviceSurvey = isHere ? LinuxSurvey() : NoSurvey()
    var facts = FactReader(root: root, survey: survey, nowS: time(nil)).read()
    let record = isHere ? guardRecord : root + guardRecord
    facts.guardRecord = GuardRecord.read(folder: record).whole.map {
      .init(path: GuardRecord.path(folder: guardRecord), what: $0.description)
    }
    let isSimulated = board.machine != .linux
    if isSimulated { facts.showSimulated(board) }
    var probe = Probe()
    // Another computer's chips are not here to be asked...
    if isSimulated || isHere {
      let hardware = try board.hardware()
      try spoil(hardware, of: board)
      probe = Prober(board: board, facts: facts, hardware: hardware).probe()
    } else if !injections.isEmpty {
      throw RunError.notSimulated(board.name)
    }
    // ...nor is its CPU here to be timed.
    let fit = isSimulated || isHere ? ModelTrial(board: board).fit() : nil
    return Evidence(board: board, facts: facts, probe: probe, fit: fit)
  }

  private func spoil(_ hardware: any Hardware, of board: BoardDescription) throws {
    if injections.isEmpty { return }
    guard let machine = hardware as? SimulatedMachine else {
      throw RunError.notSimulated(board.name)
    }
    for injection in injections { try machine.inject(injection.fault, into: injection.part) }
  }

  private func show(_ report: DoctorReport) {
    let isScreen = Terminal.isScreen
    let columns = isScreen ? Terminal.size.columns : 100
    print(json ? report.json : report.text(isColoured: isScreen, columns: columns))
  }
}
