// SPDX-License-Identifier: Apache-2.0
import Board
import Foundation
import Testing

/// `extends`: files that stand on each other.
@Suite struct BoardBaseTests {
  /// Writes files into a new folder and hands over its path.
  private func withFiles(_ files: [String: String], _ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("umwelt-bases-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (name, text) in files {
      let path = "\(folder)/\(name)"
      let parent = (path as NSString).deletingLastPathComponent
      try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
    try body(folder)
  }

  /// The fixture without some lines, which its bases must bring.
  private func fixture(without lines: [String]) -> String {
    lines.reduce(Fixture.text) { $0.replacing($1 + "\n", with: "") }
  }

  @Test func mappingsMergeKeyByKey() throws {
    let own = "extends: base.yaml\n" + fixture(without: ["  rate: 100 Hz", "  filter: 44 Hz"])
    try withFiles(["b.yaml": own, "base.yaml": "imu: {rate: 200 Hz, filter: 21 Hz, bus: i2c-9}"]) {
      let board = try BoardDescription.load(path: "\($0)/b.yaml")
      #expect((board.imu.settings.rateHz, board.imu.settings.filterHz) == (200, 21))
      #expect(board.imu.bus == "i2c-1", "the file itself wins")
    }
  }

  @Test func listsAreReplaced() throws {
    let base = "actions: [{name: a, motors: [left]}, {name: b, motors: [right]}, {name: c}]"
    try withFiles(["b.yaml": "extends: base.yaml\n" + Fixture.text, "base.yaml": base]) {
      let board = try BoardDescription.load(path: "\($0)/b.yaml")
      #expect(board.actions.map(\.name) == ["left", "right"])
    }
  }

  @Test func laterBasesWinOverEarlierOnes() throws {
    let own = "extends: [one.yaml, two.yaml]\n" + fixture(without: ["  rate: 100 Hz"])
    let bases = [
      "one.yaml": "imu: {rate: 200 Hz}\ndrive: {track: 1 m, max_speed: 1 m/s}",
      "two.yaml": "imu: {rate: 500 Hz}\ndrive: {track: 2 m, time_constant: 1 s}"
    ]
    try withFiles(bases.merging(["b.yaml": own]) { $1 }) {
      let board = try BoardDescription.load(path: "\($0)/b.yaml")
      #expect(board.imu.settings.rateHz == 500)
      let drive = try #require(board.drive)
      #expect((drive.trackM, drive.maxSpeedMS, drive.timeConstantS) == (2, 1, 1))
    }
  }

  @Test func aBaseStandsOnItsOwnBasesInItsOwnFolder() throws {
    let files = [
      "robots/b.yaml": "extends: ../deep/one.yaml\n" + fixture(without: ["  rate: 100 Hz"]),
      "deep/one.yaml": "extends: er/two.yaml", "deep/er/two.yaml": "imu: {rate: 250 Hz}"
    ]
    try withFiles(files) {
      let board = try BoardDescription.load(path: "\($0)/robots/b.yaml")
      #expect(board.imu.settings.rateHz == 250)
    }
  }

  @Test func basesThatNameTwoEachAreRefusedBeforeTheyTakeForEver() throws {
    var files = ["b.yaml": "extends: 0.yaml\n" + Fixture.text, "40.yaml": "title: T"]
    for i in 0..<40 { files["\(i).yaml"] = "extends: [\(i + 1).yaml, \(i + 1).yaml]" }
    try withFiles(files) { folder in
      do throws(BoardError) {
        _ = try BoardDescription.load(path: "\(folder)/b.yaml")
        Issue.record("read to the end")
      } catch { #expect(error.description.contains("extends: more than 100 files")) }
    }
  }

  @Test func aPathInABaseStartsAtThatBase() throws {
    let own = "extends: robots/base.yaml\n" + fixture(without: ["model: model.safetensors"])
    try withFiles(["b.yaml": own, "robots/base.yaml": "model: ../shared/m.safetensors"]) {
      let board = try BoardDescription.load(path: "\($0)/b.yaml")
      #expect(board.modelPath == "\($0)/shared/m.safetensors")
      #expect(board.modelBoards == ["testbed", "shared"])
    }
  }

  @Test func aMistakeNamesTheFileItCameFrom() throws {
    let own = "extends: base.yaml\n" + fixture(without: ["  rate: 100 Hz"]) + "zebra: 1\n"
    try withFiles(["b.yaml": own, "base.yaml": "imu:\n  rate: 300 Hz"]) { folder in
      do {
        _ = try BoardDescription.load(path: "\(folder)/b.yaml")
        Issue.record("300 Hz is no rate of the MPU-6050")
      } catch {
        let problems = (error as? BoardError)?.problems ?? []
        #expect(problems.map(\.path) == ["\(folder)/base.yaml", "\(folder)/b.yaml"])
        #expect(problems[0].description.hasPrefix("\(folder)/base.yaml:2:9: imu.rate: "))
        #expect(problems[1].place?.line == 30)
      }
    }
  }

  @Test func oneBaseMayBeReachedOnTwoWays() throws {
    let files = [
      "b.yaml": "extends: [one.yaml, two.yaml]\n" + fixture(without: ["  rate: 100 Hz"]),
      "one.yaml": "extends: ground.yaml", "two.yaml": "extends: ground.yaml",
      "ground.yaml": "imu: {rate: 125 Hz}"
    ]
    try withFiles(files) {
      let board = try BoardDescription.load(path: "\($0)/b.yaml")
      #expect(board.imu.settings.rateHz == 125)
    }
  }

  @Test func aRepeatedKeyIsFoundThoughABaseHasItToo() throws {
    let own =
      "extends: base.yaml\n" + Fixture.with("  rate: 100 Hz\n", "  rate: 100 Hz\n  rate: 200 Hz\n")
    try withFiles(["b.yaml": own, "base.yaml": "imu: {rate: 125 Hz}"]) { folder in
      do {
        _ = try BoardDescription.load(path: "\(folder)/b.yaml")
        Issue.record("'rate' is given twice")
      } catch {
        let problems = (error as? BoardError)?.problems ?? []
        #expect(problems.map(\.kind) == [.duplicateKey])
        #expect(problems.first?.place?.line == 14)
      }
    }
  }

  @Test func aRepeatedSectionIsOneMistakeThoughABaseCompletesBoth() throws {
    let own = "extends: base.yaml\nimu: {rate: 200 Hz}\nimu: {filter: 21 Hz}\n"
    try withFiles(["b.yaml": own, "base.yaml": Fixture.text]) { folder in
      do {
        _ = try BoardDescription.load(path: "\(folder)/b.yaml")
        Issue.record("'imu' is given twice")
      } catch {
        let problems = (error as? BoardError)?.problems ?? []
        #expect(problems.map(\.what) == ["'imu' is given twice, first on line 2"])
      }
    }
  }

  @Test func anchorsThatGrowWithoutEndAreRefused() {
    var text = "a: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...8 {
      let many = [String](repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "b\(level): &a\(level) [\(many)]\n"
    }
    #expect(problems(text + Fixture.text).map(\.kind) == [.file])
  }
}
