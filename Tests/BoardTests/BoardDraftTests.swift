// SPDX-License-Identifier: Apache-2.0
import Board
import Testing

/// The text that `board new` begins with.
@Suite struct BoardDraftTests {
  static let folder = BoardDescriptionTests.boards

  private func draft(_ computer: String, _ robot: String) throws -> String {
    try BoardDescription.draft(
      name: "mine", computer: computer, robot: robot, boardsFolder: Self.folder)
  }

  @Test("is a board without a mistake, whatever it is made of", arguments: ReferenceBoardTests.real)
  func isFine(name: String) throws {
    let twin = try BoardDescription.load(name, boardsFolder: Self.folder)
    let text = try draft(
      try #require(twin.computer).name, try #require(twin.world).rawValue)
    let board = try BoardDescription.parse(
      text, path: "\(Self.folder)/mine/board.yaml", folderName: "mine")
    #expect(board.name == "mine")
    #expect(board.title.hasSuffix(try #require(twin.computer).title))
    #expect(board.computer == twin.computer)
    #expect(board.motors == twin.motors)
    #expect(board.imu.bus == twin.imu.bus)
  }

  @Test func anUnknownComputerIsRefusedWithTheKnownOnes() {
    do {
      _ = try BoardDescription.draft(
        name: "mine", computer: "pi6", robot: "rover", boardsFolder: Self.folder)
      Issue.record("there is no Raspberry Pi 6")
    } catch {
      #expect(error.problems.map(\.what) == ["there is no 'pi6' here"])
      #expect(error.problems[0].remedy.contains("Did you mean 'pi4'?"))
      #expect(error.problems[0].remedy.contains("orin-nano"))
    }
  }

  @Test func aBaseOfComputersIsNoComputer() throws {
    let names = try BoardDescription.bases(.computers, boardsFolder: Self.folder)
    #expect(!names.contains("raspberry-pi") && names.contains("pi5"))
  }
}
