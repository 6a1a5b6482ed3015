// SPDX-License-Identifier: Apache-2.0
import Board
import Estimation
import Quantities
import Simulation
import Testing

/// A state folder of a test's own, and what the command left in it.
struct CalibrationFixture {
  /// Seed of the simulated robot: of its chip's biases, its crooked IMU and its hand.
  static let seed: UInt64 = 3

  let state = TemporaryFolder()

  /// `umwelt calibrate KIND …` on the simulated rover with this state folder.
  func calibrate(_ kind: String, _ arguments: String..., board: String = "sim-rover") throws
    -> Command.Result
  {
    try Command.run(command(kind, board: board) + arguments)
  }

  /// The same with a shell's line in front, which feeds standard input.
  func calibrate(
    _ kind: String, after line: String, _ arguments: String = "", board: String = "sim-rover"
  ) throws -> Command.Result {
    let words = command(kind, board: board).map { "'\($0)'" }.joined(separator: " ")
    return try Command.shell("\(line) umwelt \(words) \(arguments)")
  }

  func command(_ kind: String, board: String) -> [String] {
    [
      "calibrate", kind, "--board", board, "--boards", Repository.boards, "--state", state.path,
      "--seed", "\(Self.seed)"
    ]
  }

  func loaded(_ name: String = "sim-rover") throws -> Calibration? {
    let board = try BoardDescription.load(name, boardsFolder: Repository.boards)
    return try CalibrationFile.load(for: board, folder: state.path)
  }

  func progress() throws -> CalibrationProgress? {
    let board = try BoardDescription.load("sim-rover", boardsFolder: Repository.boards)
    return try CalibrationFile.loadProgress(for: board, folder: state.path)
  }

  var text: String {
    String(decoding: TemporaryFolder.read(state.path + "/calibration.yaml"), as: UTF8.self)
  }

  /// How far the corrected specific force is from the truth, and how far the chip's own, at most.
  static func accelErrorMS2(_ calibration: ImuCalibration) -> (raw: Double, corrected: Double) {
    let chip = FakeMPU6050(seed: seed) { _ in }
    let rows = HandWorld(room: Room(seed: 7), seed: seed).imuErrors
    let errors = Matrix3(rows: (rows[0], rows[1], rows[2]))
    var (raw, corrected) = (0.0, 0.0)
    var random = SeededGenerator(seed: 17, stream: "directions")
    for _ in 0..<200 {
      let v = Vector3(random.normal(), random.normal(), random.normal())
      let truth = (standardGravityMS2 / v.norm) * v
      let measured = errors * truth + chip.accelBiasMS2
      raw = max(raw, (measured - truth).norm)
      corrected = max(corrected, (calibration.accelMS2(measured) - truth).norm)
    }
    return (raw, corrected)
  }

  static var gyroBiasRadS: Vector3 { FakeMPU6050(seed: seed) { _ in }.gyroBiasRadS }
}
