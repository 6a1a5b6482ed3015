// SPDX-License-Identifier: Apache-2.0
import Board
import Foundation
import Testing

/// The boards of this repository.
@Suite struct ReferenceBoardTests {
  static let folder = BoardDescriptionTests.boards
  static let names: [String] = {
    do { return try BoardDescription.list(boardsFolder: folder) } catch { return [] }
  }()
  /// One for each computer and robot; others in the folder are somebody's own.
  static let real: [String] = {
    do {
      let computers = try BoardDescription.bases(.computers, boardsFolder: folder)
      let robots = try BoardDescription.bases(.robots, boardsFolder: folder)
      return computers.flatMap { computer in robots.map { "\(computer)-\($0)" } }
        .filter(names.contains).sorted()
    } catch { return [] }
  }()

  @Test func everyComputerHasARoverAndABalancer() throws {
    let computers = try BoardDescription.bases(.computers, boardsFolder: Self.folder)
    let robots = try BoardDescription.bases(.robots, boardsFolder: Self.folder)
    #expect(computers.count >= 8)
    #expect(robots == ["balance", "rover"])
    let all = computers.flatMap { computer in robots.map { "\(computer)-\($0)" } }
    #expect(all.sorted() == Self.real, "each computer has both")
  }

  @Test("is fine, and knows its computer", arguments: real)
  func isFine(name: String) throws {
    let board = try BoardDescription.load(name, boardsFolder: Self.folder)
    let computer = try #require(board.computer)
    #expect(name.hasPrefix(computer.name))
    #expect(board.machine == .linux)
    #expect(
      board.modelPath == Self.folder + "/sim-\(board.world?.rawValue ?? "")/model.safetensors")
    #expect(board.modelBoards == [name, "sim-\(board.world?.rawValue ?? "")"])
    #expect(computer.watchdog != nil && computer.console != nil && computer.cpu != nil)
    #expect(!computer.models.isEmpty && !computer.enable.isEmpty)
    for part in [board.imu.interruptLine, board.motorDriver?.standbyLine] {
      let line = try #require(part.flatMap(computer.line))
      #expect(!line.chip.isEmpty && !line.line.isEmpty)
    }
    #expect(computer.bus(board.imu.bus)?.sdaPin != nil)
  }

  @Test("is the simulated robot on other lines", arguments: real)
  func isTheSimulatedRobot(name: String) throws {
    let board = try BoardDescription.load(name, boardsFolder: Self.folder)
    let world = try #require(board.world)
    let twin = try BoardDescription.load("sim-\(world.rawValue)", boardsFolder: Self.folder)
    #expect(try #require(board.simulated).machine == twin.machine)
    #expect(board.rates == twin.rates)
    #expect(board.imu.settings == twin.imu.settings)
    #expect(board.motors == twin.motors)
    #expect(board.actions == twin.actions)
    #expect(board.drive == twin.drive)
    #expect(board.safety == twin.safety)
    #expect(board.planner == twin.planner)
    #expect(board.goal == twin.goal)
  }

  @Test(
    "the header of each computer has its lines, buses and supplies",
    arguments: [
      "pi-zero-2w", "pi4", "pi5", "orin-nano", "rock5b", "radxa-zero3"
    ])
  func theHeaderIsWhole(computer: String) throws {
    let board = try BoardDescription.load("\(computer)-rover", boardsFolder: Self.folder)
    let header = try #require(board.computer?.connectors.first)
    let pins = header.rows.flatMap { $0 }
    #expect(pins.count == 40)
    for (number, label) in [(1, "3V3"), (2, "5V"), (4, "5V"), (17, "3V3")] {
      #expect(pins[number - 1] == label)
    }
    for number in [6, 9, 14, 20, 25, 30, 34, 39] { #expect(pins[number - 1] == "GND") }
    let labels = pins.filter { !["3V3", "5V", "GND", "-"].contains($0) }
    #expect(Set(labels).count == labels.count, "a pin's name is its own")
  }

  /// Spot checks against facts/hardware.md: the pin, the chip's label, the line.
  @Test(arguments: [
    ("orin-nano", "PAC.06", 7, "tegra234-gpio", "PAC.06"),
    ("orin-nano", "PH.00", 33, "tegra234-gpio", "PH.00"),
    ("pi5", "GPIO17", 11, "pinctrl-rp1", "17"), ("pi4", "GPIO21", 40, "pinctrl-bcm2711", "21"),
    ("pi-zero-2w", "GPIO26", 37, "pinctrl-bcm2835", "26"),
    ("rock5b", "GPIO3_C1", 11, "gpio3", "17"), ("radxa-zero3", "GPIO3_A1", 11, "gpio3", "1"),
    ("orangepi-zero3", "PC9", 7, "300b000.pinctrl", "73")
  ])
  func aLineIsWhereTheMakerSays(
    _ computer: String, _ name: String, _ pin: Int, _ chip: String, _ line: String
  ) throws {
    let board = try BoardDescription.load("\(computer)-rover", boardsFolder: Self.folder)
    let found = try #require(board.computer?.line(name))
    #expect((found.chip, found.line) == (chip, line))
    #expect(board.computer?.connectors[0].rows.flatMap { $0 }[pin - 1] == found.pin)
  }

  @Test func theSchemaFileIsCurrent() throws {
    let path = Self.folder + "/board.schema.json"
    let data = try #require(FileManager.default.contents(atPath: path))
    #expect(
      String(decoding: data, as: UTF8.self) == BoardDescription.jsonSchema(),
      "run: umwelt board schema > boards/board.schema.json")
  }

  @Test("names the schema in its first lines", arguments: names)
  func namesTheSchema(name: String) throws {
    let data = FileManager.default.contents(atPath: "\(Self.folder)/\(name)/board.yaml")
    let text = String(decoding: try #require(data), as: UTF8.self)
    #expect(text.contains("# yaml-language-server: $schema=../board.schema.json\n"))
  }
}
