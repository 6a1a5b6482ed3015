// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Board

/// `umwelt calibrate servos`: where the servos run into their stops.
struct CalibrateServosCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "servos", abstract: "The ends of the servos. Moves them, and asks first.")

  @OptionGroup var options: CalibrateOptions

  func run() throws {
    let session = try CalibrationSession(options)
    // A board with servos goes here, once board.yaml can describe them: see `ServoEnd`.
    throw CalibrateError.noServos(board: session.board.name)
  }
}
