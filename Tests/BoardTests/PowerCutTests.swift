// SPDX-License-Identifier: Apache-2.0
import Board
import Foundation
import Testing

/// A save is cut at every byte, between every two steps, and with every selection of the renames
/// that were not durable yet lost. What is left is put in a real folder and loaded.
@Suite("A power cut while a state file is saved")
struct PowerCutTests {
  let folder = TemporaryState()
  static let path = "state.yaml"
  static let previous = StateFile.previous(of: path)

  /// A file as it is saved.
  static func saved(_ text: String) throws -> [UInt8] {
    let disk = CutDisk([:])
    try StateFile.save(text, path: path, on: disk)
    return try #require(disk.contents(path))
  }

  private func load(_ state: CutDisk.State, _ author: StateFile.Author) throws -> String? {
    try CutDisk.place(state, in: folder.path)
    let found = try StateFile.load("\(folder.path)/\(Self.path)", by: author) { _ in }
    return found.map { String($0.text.prefix { $0 != "#" }) }
  }

  enum Start: String, CaseIterable {
    case nothing, one, two, newestCut, newestZeros, leftOver, edited, withoutCheck
  }

  /// What lies there before the save, and what that is loaded as.
  private func start(_ start: Start) throws -> (CutDisk.State, String?) {
    let (one, two) = (try Self.saved("value: 1\n"), try Self.saved("value: 2\n"))
    let (path, previous) = (Self.path, Self.previous)
    switch start {
    case .nothing: return ([:], nil)
    case .one: return ([path: one], "value: 1\n")
    case .two: return ([path: two, previous: one], "value: 2\n")
    case .newestCut: return ([path: Array(two[..<5]), previous: one], "value: 1\n")
    case .newestZeros: return ([path: two.map { _ in 0 }, previous: one], "value: 1\n")
    case .leftOver:
      // Of a save that was cut: longer than what comes.
      let long = try Self.saved(String(repeating: "value: 9\n", count: 5))
      return ([path: two, path + ".new": long, previous + ".new": long], "value: 2\n")
    case .edited:
      let mine = String(decoding: two, as: UTF8.self)
        .replacing("2", with: "7", maxReplacements: 1)
      return ([path: Array(mine.utf8), previous: one], "value: 7\n")
    case .withoutCheck: return ([path: Array("value: 0\n".utf8)], "value: 0\n")
    }
  }

  @Test("What was there, or what is saved, is loaded, whole", arguments: Start.allCases)
  func everywhere(start name: Start) throws {
    let (start, old) = try start(name)
    #expect(try load(start, .people) == old)
    let disk = CutDisk(start)
    try StateFile.save("value: 3\n", path: Self.path, on: disk)
    #expect(disk.states.count > 30, "hardly anything was cut")
    var met: Set<String?> = []
    for state in disk.states {
      let found = try load(state, .people)
      met.insert(found)
      #expect(found == old || found == "value: 3\n", "\(state)")
    }
    #expect(met == [old, "value: 3\n"], "both ends are reached")
  }

  @Test("A save that came back is there for good", arguments: Start.allCases)
  func durable(start name: Start) throws {
    let disk = CutDisk(try start(name).0)
    try StateFile.save("value: 3\n", path: Self.path, on: disk)
    for state in disk.possible { #expect(try load(state, .machine) == "value: 3\n", "\(state)") }
  }

  @Test("No cut takes the generation before with it: with the newest ruined, an older one is left")
  func older() throws {
    let (start, _) = try start(.two)
    let disk = CutDisk(start)
    try StateFile.save("value: 3\n", path: Self.path, on: disk)
    for state in disk.states {
      var ruined = state
      ruined[Self.path] = [0]
      let found = try load(ruined, .machine)
      #expect(found == "value: 1\n" || found == "value: 2\n", "\(state)")
    }
  }

  @Test("After any cut the next save works, and its generation before is whole")
  func goesOn() throws {
    for name in [Start.one, .two, .newestCut, .leftOver] {
      let disk = CutDisk(try start(name).0)
      try StateFile.save("value: 3\n", path: Self.path, on: disk)
      for state in disk.states {
        let next = CutDisk(state)
        try StateFile.save("value: 4\n", path: Self.path, on: next)
        for state in next.possible {
          #expect(try load(state, .machine) == "value: 4\n")
          let older = try load(state.filter { $0.key != Self.path }, .machine)
          #expect(older != nil || state[Self.previous] == nil, "\(name)")
          #expect(name == .one || older != nil, "\(name)")
        }
      }
    }
  }

  @Test("A step that the disk refuses is reported, and nothing that was saved is lost")
  func refused() throws {
    for name in Start.allCases {
      let (start, old) = try start(name)
      let whole = CutDisk(start)
      try StateFile.save("value: 3\n", path: Self.path, on: whole)
      for step in 1...whole.steps {
        for errno in [ENOSPC, EIO] {
          let disk = CutDisk(start, failure: (step, errno))
          var isInPlace = true
          do throws(StateFileError) {
            try StateFile.save("value: 3\n", path: Self.path, on: disk)
            // A folder that cannot be synced is no failure, unless the disk itself failed.
            #expect(errno == ENOSPC, "\(name): step \(step) went unnoticed")
          } catch {
            #expect(error.errno == errno)
            isInPlace = error.isInPlace
          }
          for state in disk.possible {
            let found = try load(state, .people)
            #expect(found == old || found == "value: 3\n", "\(name): step \(step)")
          }
          let now = try load(live(disk), .people)
          #expect(now == (isInPlace ? "value: 3\n" : old), "\(name): step \(step)")
        }
      }
    }
  }

  /// What other programs see without a cut.
  private func live(_ disk: CutDisk) -> CutDisk.State {
    var state: CutDisk.State = [:]
    for name in [Self.path, Self.previous] { state[name] = disk.contents(name) }
    return state
  }
}
