// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Board
import Simulation

/// Measures what no two robots of a board share.
struct CalibrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Measure this robot's own errors: IMU, magnetometer, camera, motors, servos.",
    discussion: """
      Each kind says what to do, step by step. What is done is saved at once: after an \
      interruption run the same command again. The result goes to calibration.yaml in the \
      board's folder, or in the one that --state names, and `umwelt run` uses it from then on.
      """,
    subcommands: [
      CalibrateImuCommand.self, CalibrateMagnetometerCommand.self, CalibrateCameraCommand.self,
      CalibrateMotorsCommand.self, CalibrateServosCommand.self
    ])
}

/// What all kinds of calibration are told.
struct CalibrateOptions: ParsableArguments {
  @OptionGroup var place: BoardOption
  @Option(help: "Folder of calibration.yaml; the board's own where this is not given.")
  var state: String?
  @Flag(help: "Forget the steps that are done, and start over.") var restart = false
  @Flag(help: "The result as one JSON object; what to do goes to standard error.")
  var json = false
  @Option(help: "Simulated boards: seed of everything random.") var seed: UInt64 = 1
  @Flag(help: "Simulated boards: one second a second.") var realTime = false
}

/// Kinds in which nothing moves by itself.
struct HandOptions: ParsableArguments {
  @Flag(help: "Begin without asking; needed where there is no terminal.") var yes = false
  @Option(
    help: ArgumentHelp(
      "Simulated boards: what the hand does wrong.", valueName: "flaw"))
  var flaw: HandWorld.Flaw?
  @Option(
    name: .customLong("inject"),
    help: "Simulated boards: break a part on purpose: PART:FAULT[@SECONDS], e.g. imu:off@2.")
  var injections: [Injection] = []
}

extension HandWorld.Flaw: ExpressibleByArgument {}
