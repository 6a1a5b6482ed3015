// SPDX-License-Identifier: Apache-2.0
import Buses
import LoopFixtures
import Quantities
import Runtime
import Safety
import Simulation
import Testing

/// Something that is wrong with the computer, and what the gate makes of it.
struct ComputerCondition: Sendable, CustomTestStringConvertible {
  var refusal: Refusal
  var change: @Sendable (inout ComputerState) -> Void

  var testDescription: String { refusal.id }

  static let all: [ComputerCondition] = [
    ComputerCondition(refusal: .overTemperature) { $0.temperatureC = 95 },
    ComputerCondition(refusal: .diskFull) { $0.freeDiskBytes = 1 << 20 },
    ComputerCondition(refusal: .memoryPressure) { $0.availableMemoryBytes = 1 << 20 },
    ComputerCondition(refusal: .modelChanged) { $0.hasModelChanged = true },
    ComputerCondition(refusal: .boardChanged) { $0.hasBoardChanged = true }
  ]
}

@Suite("The computer's health in the loop")
struct ComputerConditionTests {
  private func rig() throws -> Rig { try Rig(.rover, mind: BusyMind(.rover)) }

  @Test("A healthy computer is no reason for anything")
  func healthy() throws {
    let rig = try rig()
    try rig.go()
    rig.run(3)
    #expect(rig.loop.gate.state == .armed)
    let computer = try #require(rig.loop.perception.senses.computer)
    #expect((rig.now - computer.at).seconds < 1.1)
    #expect(computer.temperatureC == 48)
    #expect(computer.isStarved == false)
    #expect(computer.freeDiskBytes == Double(8 << 30))
  }

  @Test("What is wrong with the computer stops the robot", arguments: ComputerCondition.all)
  func stops(condition: ComputerCondition) throws {
    let rig = try rig()
    try rig.go()
    condition.change(&rig.machine.fakeComputer.condition)
    // A look a second, a second more to be sure, and the ramp.
    rig.run(4)
    #expect(rig.stopReason == condition.refusal, "\(rig)")
    #expect(rig.isIdle)
  }

  @Test("Undervoltage and a throttled CPU are one reason, and either is enough")
  func starved() throws {
    for (isUndervolted, isThrottled) in [(true, false), (false, true), (true, nil), (nil, true)] {
      let rig = try rig()
      rig.machine.fakeComputer.condition.isUndervolted = isUndervolted
      rig.machine.fakeComputer.condition.isThrottled = isThrottled
      try rig.loop.start()
      rig.run(1)
      #expect(rig.loop.perception.senses.computer?.isStarved == true)
    }
    let rig = try rig()
    rig.machine.fakeComputer.condition.isUndervolted = nil
    rig.machine.fakeComputer.condition.isThrottled = nil
    try rig.loop.start()
    let computer = try #require(rig.loop.perception.senses.computer)
    #expect(computer.isStarved == nil)
  }

  @Test("A computer that tells no more leaves its last look, which grows old")
  func silent() throws {
    let rig = try rig()
    try rig.loop.start()
    rig.machine.fakeComputer.fault = .off
    rig.run(5)
    let computer = try #require(rig.loop.perception.senses.computer)
    #expect((rig.now - computer.at).seconds > 4.9)
  }
}
