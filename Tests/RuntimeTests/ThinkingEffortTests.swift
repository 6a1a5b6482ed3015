// SPDX-License-Identifier: Apache-2.0
import LoopFixtures
import Runtime
import Testing

@Suite("Thinking effort")
struct ThinkingEffortTests {
  private func after(_ shares: [Double]) -> Float {
    var effort = ThinkingEffort()
    for share in shares { effort.note(tookShare: share) }
    return effort.share
  }

  @Test("Three crowded decisions in a row halve it, two do not, nor three with one in between")
  func halves() {
    #expect(after([0.9, 0.9, 0.9]) == 0.5)
    #expect(after([0.9, 0.9]) == 1)
    #expect(after([0.9, 0.9, 0.5, 0.9, 0.9]) == 1)
    #expect(after([0.8, 0.8, 0.8, 0.8]) == 1, "a share of 0.8 fits")
  }

  @Test("It ends at an eighth, however slow the machine is")
  func least() {
    #expect(after([Double](repeating: 5, count: 9)) == 0.125)
    #expect(after([Double](repeating: 5, count: 100)) == 0.125)
  }

  @Test("It is doubled after thirty roomy decisions in a row, not sooner, and never beyond 1")
  func doubles() {
    let slow = [1.0, 1, 1]
    #expect(after(slow + [Double](repeating: 0.3, count: 29)) == 0.5)
    #expect(after(slow + [Double](repeating: 0.3, count: 30)) == 1)
    #expect(after(slow + [Double](repeating: 0.36, count: 300)) == 0.5, "twice would be crowded")
    #expect(after([Double](repeating: 0, count: 100)) == 1)
  }

  @Test(
    "A trial says where to begin",
    arguments: [(0, 1), (0.8, 1), (0.81, 0.5), (1.7, 0.25), (4, 0.125), (90, 0.125)])
  func trial(share: Double, effort: Float) {
    #expect(ThinkingEffort(tookShare: share).share == effort)
  }

  @Test("A mind that is too slow is asked for less, and the loop says so")
  func loop() throws {
    let mind = SlowMind(ConstantMind(0.2, 0.2))
    let rig = try Rig(.rover, mind: mind)
    mind.saysS = 0.9 * rig.board.planner.deadlineS
    try rig.go()
    #expect(rig.decides() && rig.decides())
    #expect(rig.loop.effort.share == 1)
    #expect(rig.decides())
    #expect(rig.loop.effort.share == 0.5)
    #expect(rig.decides())
    #expect(mind.efforts == [1, 1, 1, 0.5])
  }
}
