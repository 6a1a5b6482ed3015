// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Codecs
import Estimation
import Runtime
import Simulation

/// Why a calibration did not come to its end. The calibration before is untouched.
enum CalibrateError: Error, CustomStringConvertible {
  /// The data are poor.
  case refused(CalibrationRefusal)
  /// Nothing new came to rest in time.
  case notStill(String, afterS: Double, saved: String)
  case noMagnetometer(chip: String)
  case noCamera(board: String)
  case noServos(board: String)
  case noDrive(board: String)
  case needsYes
  case notConfirmed
  case interrupted(saved: String)
  /// The gate stopped the robot, or the operator did.
  case stopped(String, saved: String)
  /// The motors are not wired as board.yaml says.
  case wiring([String])
  /// An encoder's speed at full power and the board's differ too much.
  case scale(motor: String, foundMS: Double, boardMS: Double)
  /// A part refused, or is not there.
  case part(StartError)
  case camera(FrameError)
  /// The firmware that the IMU needs cannot be read.
  case file(FileError)
  /// What should be broken on purpose cannot be.
  case injection(InjectionError)

  /// Exit codes: 1 the work failed, 2 bad usage or board, 3 the hardware refused.
  var code: Int32 {
    switch self {
    case .refused, .notStill, .interrupted, .stopped, .wiring, .scale, .notConfirmed: 1
    case .noMagnetometer, .noCamera, .noServos, .noDrive, .needsYes, .file, .injection: 2
    case .part(let error): error.isHardware ? 3 : 2
    case .camera: 3
    }
  }

  var description: String {
    switch self {
    case .refused(let why): "not good enough: \(why)"
    case .notStill(let why, let afterS, let saved):
      "no new side came to rest within \(fixed(afterS, 0)) s. \(why) \(saved)"
    case .noMagnetometer(let chip):
      "\(chip): this chip measures no magnetic field. There is nothing to calibrate."
    case .noCamera(let board):
      "\(board): board.yaml has no camera. There is nothing to calibrate."
    case .noServos(let board):
      "\(board): board.yaml has no servos. There is nothing to calibrate."
    case .noDrive(let board):
      "\(board): the gyro can only tell two motors apart that turn the robot, each with an action "
        + "of its own. Calibrate this robot's motors with wheel encoders."
    case .needsYes: "there is no terminal to ask at. Nothing moves by itself here: add --yes."
    case .notConfirmed: "not confirmed, so nothing was moved. Type yes to go."
    case .interrupted(let saved): "interrupted. \(saved)"
    case .stopped(let why, let saved): "stopped: \(why) \(saved)"
    case .wiring(let found):
      found.joined(separator: "\n  ") + "\n  Then run this again: nothing was saved."
    case .scale(let motor, let foundMS, let boardMS):
      "'\(motor)': by its encoder full power would give \(fixed(foundMS, 2)) m/s, by "
        + "drive.max_speed \(fixed(boardMS, 2)) m/s. Check counts_per_turn (gears and all four "
        + "edges included) and wheel_diameter, or correct max_speed. Nothing was saved."
    case .part(let error): "\(error)"
    case .camera(let error): "\(error)"
    case .file(let error): "\(error)"
    case .injection(let error): "\(error)"
    }
  }
}
