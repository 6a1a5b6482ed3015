// SPDX-License-Identifier: Apache-2.0
import Board
import Estimation

extension CalibrateMotorsCommand {
  /// Full speed by the encoder may differ that much from the board's, up or down. Half of it is a
  /// tired battery; twice is a wrong count.
  private static let scale = 0.5...2.0
  /// A robot on the ground turns faster than that, one that is held does not.
  private static let turningRadS = 0.05

  /// What the encoder and the gyro say of a forward command must fit the board.
  ///
  /// - Parameter turnedRadS: how fast the robot turned to the left at the end of the sweep.
  func check(
    _ motor: Int, _ forward: MotorResponse, turnedRadS: Double, _ board: BoardDescription
  ) throws(CalibrateError) {
    let (name, isLeft) = (board.motors[motor].name, motor == 0)
    if forward.gain < 0 {
      let goesForward =
        abs(turnedRadS) > Self.turningRadS ? (turnedRadS < 0) == isLeft : nil
      throw .wiring([Self.advice(name, goesForward: goesForward)])
    }
    let share = forward.gain * (1 - forward.deadBand)
    let maxSpeedMS = board.drive?.maxSpeedMS ?? 0
    guard Self.scale.contains(share) else {
      throw .scale(motor: name, foundMS: share * maxSpeedMS, boardMS: maxSpeedMS)
    }
  }

  /// How fast one more of forward command turns the robot to the left, by its wheel's speed.
  func turn(_ motor: Int, _ gain: Double, _ board: BoardDescription) -> Double {
    guard let drive = board.drive else { return 0 }
    return gain * drive.maxSpeedMS / drive.trackM * (motor == 0 ? -1 : 1)
  }

  private static func advice(_ name: String, goesForward: Bool?) -> String {
    let motor = "its motor is the wrong way round: toggle 'inverted' of the motor"
    let encoder = "its encoder's A and B are exchanged: swap them, or toggle 'inverted' of the encoder"
    let what =
      switch goesForward {
      case true?: "The wheel went forward, so \(encoder)."
      case false?: "The wheel went backward, so \(motor)."
      case nil: "If the wheel went backward, \(motor). If forward, \(encoder)."
      }
    return "'\(name)' counts backward when told forward. \(what)"
  }
}
