// SPDX-License-Identifier: Apache-2.0
import Diagnosis
import Testing

/// One thing broken on a whole robot, and what the doctor must say of it.
struct BrokenMachine: Sendable, CustomTestStringConvertible {
  let name: String
  let id: Finding.ID
  let level: Finding.Level
  /// What the finding's place or sentence must name.
  let says: String
  /// What the fix must contain; empty where there is nothing to do.
  let fix: String
  let breaks: @Sendable (inout Robot) throws -> Void

  init(
    _ name: String, _ id: Finding.ID, _ level: Finding.Level, says: String, fix: String,
    _ breaks: @escaping @Sendable (inout Robot) throws -> Void
  ) {
    (self.name, self.id, self.level) = (name, id, level)
    (self.says, self.fix, self.breaks) = (says, fix, breaks)
  }

  var testDescription: String { name }
}

@Suite struct BrokenMachineTests {
  static let all =
    BrokenMachine.power + BrokenMachine.buses + BrokenMachine.chips + BrokenMachine.lines
    + BrokenMachine.cameras + BrokenMachine.computers + BrokenMachine.models

  @Test("each broken machine is named, and its fix is told", arguments: all)
  func named(machine: BrokenMachine) throws {
    var robot = try Robot()
    try machine.breaks(&robot)
    let findings = robot.examine()
    let found = findings.filter { $0.id == machine.id }
    let names = findings.filter { $0.level > .ok }.map(\.id.rawValue)
    try #require(!found.isEmpty, "found only \(names)")
    let finding = found[0]
    #expect(finding.level == machine.level)
    #expect("\(finding.place) \(finding.what)".contains(machine.says), "\(finding)")
    let fix = finding.fix.joined(separator: "\n")
    #expect(machine.fix.isEmpty ? fix.isEmpty : fix.contains(machine.fix), "\(fix)")
    #expect(!finding.why.isEmpty, "it says why that matters")
  }

  @Test("one fault is not blamed on its neighbours", arguments: all)
  func alone(machine: BrokenMachine) throws {
    var robot = try Robot()
    try machine.breaks(&robot)
    let others = robot.examine().filter { $0.level > .note && $0.id != machine.id }
    #expect(others.map(\.id) == [])
  }

  @Test("there are at least 40, and every finding that there is has one")
  func complete() {
    #expect(Self.all.count >= 40)
    let elsewhere: Set<Finding.ID> = [.areaFine, .notLookedAt, .boardFile]
    let missing = Set(Finding.ID.allCases).subtracting(Self.all.map(\.id)).subtracting(elsewhere)
    #expect(missing.map(\.rawValue).sorted() == [])
  }
}
