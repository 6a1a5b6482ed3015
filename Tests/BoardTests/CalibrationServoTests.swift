// SPDX-License-Identifier: Apache-2.0
import Board
import Testing

/// The servos' ends in the calibration's files.
@Suite struct CalibrationServoTests {
  private static let text = """
    board: testbed
    servos:
      - {name: gripper, when: "2026-11-24T12:00:00Z", lower: -0.7, upper: 0.8, rise: 2.5}
      - {name: arm, when: "2026-11-24T12:00:00Z", lower: -1, upper: 0.125}

    """

  private static func board(gripper: String = "[-1, 1]") throws(BoardError) -> BoardDescription {
    let limits = "rate: 2 /s, slew: 20 /s2}}"
    return try BoardDescription.parse(
      Fixture.with("frequency: 1000 Hz", "frequency: 50 Hz") + """
        servos:
          - {name: gripper, output: 6, pulse: [1 ms, 2 ms], limits: {position: \(gripper), \(limits)
          - {name: arm, output: 7, pulse: [1 ms, 2 ms], limits: {position: [-1, 1], \(limits)

        """, path: "board.yaml", folderName: "testbed")
  }

  private func problems(
    _ old: String, _ new: String, gripper: String = "[-1, 1]"
  ) throws -> [String] {
    let text = Self.text.replacing(old, with: new, maxReplacements: 1)
    do throws(BoardError) {
      _ = try CalibrationFile.parse(text, path: "c.yaml", for: try Self.board(gripper: gripper))
      return []
    } catch { return error.problems.map(\.description) }
  }

  @Test("What is written is read back, in both files")
  func roundTrip() throws {
    let board = try Self.board()
    let read = try CalibrationFile.parse(Self.text, path: "c.yaml", for: board)
    #expect(read.servos.map(\.lower) == [-0.7, -1] && read.servos.map(\.upper) == [0.8, 0.125])
    #expect(read.servos.map(\.rise) == [2.5, nil])
    let folder = TemporaryState()
    try CalibrationFile.save(read, folder: folder.path)
    #expect(try CalibrationFile.load(for: board, folder: folder.path) == read)
    var progress = CalibrationProgress(board: "testbed", chip: .mpu6050)
    progress.servos = read.servos
    #expect(!progress.isEmpty)
    try CalibrationFile.save(progress, folder: folder.path)
    #expect(try CalibrationFile.loadProgress(for: board, folder: folder.path) == progress)
  }

  @Test(
    "What cannot be is refused with its place",
    arguments: [
      ("lower: -0.7", "lower: 0.1", "c.yaml:3:"),
      ("upper: 0.8", "upper: 1.5", "c.yaml:3:"),
      ("rise: 2.5", "rise: 0.5", "rise"),
      (", upper: 0.8", "", "upper"),
      ("name: arm", "name: leg", "no servo is called 'leg'. Servos of this board: gripper, arm.")
    ])
  func wrong(old: String, new: String, message: String) throws {
    let found = try problems(old, new)
    #expect(found.count == 1 && found[0].contains(message), "\(found)")
  }

  @Test("Ends outside the limits that board.yaml has now are refused")
  func noRoom() throws {
    let found = try problems("upper: 0.8", "upper: 0", gripper: "[0, 1]")
    #expect(found.count == 1 && found[0].contains("leave it no room within its limits"), "\(found)")
  }
}
