// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Board
import Buses
import Codecs
import LinuxBuses
import Recorder
import Runtime
import Simulation
import WorldModel

/// The one command.
@main
struct Umwelt: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "umwelt", abstract: "A world model on a robot: sees, imagines, plans and acts.",
    subcommands: [
      RunCommand.self, ConsoleCommand.self, LookCommand.self, SimCommand.self,
      AttitudeCommand.self, ModelCommand.self, BoardCommand.self, BenchCommand.self,
      DoctorCommand.self, CalibrateCommand.self, ReplayCommand.self, LogCommand.self
    ])

  /// Exit codes: 0 done, 1 the work failed, 2 bad usage or bad file, 3 the hardware refused.
  static func main() {
    Terminal.holdStandardDescriptors()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      guard exitCode(for: error) != .success else { exit(withError: error) }  // --help
      let code = code(for: error)
      let text = code == 2 && isUsage(error) ? fullMessage(for: error) : "\(error)"
      if !(error is ExitCode) { complain("umwelt: \(text)") }
      quit(code)
    }
    quit(0)
  }

  private static func isUsage(_ error: any Error) -> Bool {
    exitCode(for: error) == .validationFailure
  }

  private static func code(for error: any Error) -> Int32 {
    switch error {
    case let code as ExitCode: code.rawValue
    case RunError.notArmed: 3
    case is BoardError, is ModelError, is PictureError, is FileError, is RunError: 2
    case is InjectionError, is ScenarioError, is ScenarioFileError: 2
    case is ModelUseError: 2
    case is McapError, is TapeError, is ReplayError: 2
    case let error as DiskError: error.step == .open ? 2 : 1
    case is FrameError, is SharedWordsError, is SerialError, is StreamError: 3
    case let error as HardwareError: error.reason == nil ? 2 : 3
    case let error as BoardUseError: error.isBadUse ? 2 : 1
    case let error as WriteError: error.isBadPath ? 2 : 1
    case let error as CalibrateError: error.code
    case is StateFileError: 1
    case let error as AttitudeError: error.isBadFile ? 2 : 1
    case let error as StartError: error.isHardware ? 3 : 2
    default: isUsage(error) ? 2 : 1
    }
  }
}
