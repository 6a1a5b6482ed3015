// SPDX-License-Identifier: Apache-2.0
import Devices
import Estimation
import Quantities

/// The steps of an unfinished calibration that are done: what running it again need not repeat.
public struct CalibrationProgress: Hashable, Sendable {
  public var board: String
  public var chip: InertialChip
  public var faces: [FaceReading]
  public var magneticT: [Vector3]
  public var motors: [Calibration.Motor]
  public var servos: [Calibration.Servo]

  /// Nothing done yet.
  public init(board: String, chip: InertialChip) {
    (self.board, self.chip) = (board, chip)
    (faces, magneticT, motors, servos) = ([], [], [], [])
  }

  public var isEmpty: Bool {
    faces.isEmpty && magneticT.isEmpty && motors.isEmpty && servos.isEmpty
  }
}
