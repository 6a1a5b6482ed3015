// SPDX-License-Identifier: Apache-2.0
import Board
import Testing
import Wiring

@Suite struct WiringPlanTests {
  @Test func aSimulatedRobotHasNoWires() throws {
    let board = try Boards.load("sim-rover")
    #expect(WiringPlan(board) == nil)
  }
}
