// SPDX-License-Identifier: Apache-2.0
import Board
import Testing

@Suite("A scenario file")
struct ScenarioTests {
  private static let text = """
    scenario: The IMU dies and comes back
    board: [sim-rover, sim-balance]
    seed: 3
    lasts: 6 s
    steps:
      - {at: 4 s, operator: disarm}
      - {at: 2 s, inject: imu, fault: off}
      - {at: 2 s, expect: stopped, reason: [staleImu, frozenImu], within: 400 ms}
    """

  private func problems(_ change: (String) -> String) -> [BoardProblem] {
    do throws(BoardError) {
      _ = try Scenario.parse(change(Self.text), path: "x/imu.yaml")
      return []
    } catch { return error.problems }
  }

  @Test("says who, what, when and what must come of it, in the order of time")
  func reads() throws {
    let scenario = try Scenario.parse(Self.text, path: "x/imu-dies.yaml")
    #expect(scenario.name == "imu-dies" && scenario.boards == ["sim-rover", "sim-balance"])
    #expect(scenario.seed == 3 && scenario.durationS == 6 && scenario.task == .medium)
    #expect(!scenario.isInProcesses)
    #expect(scenario.steps.map(\.atS) == [2, 2, 4])
    #expect(scenario.steps[0].what == .inject(part: "imu", fault: "off"))
    let expected = Scenario.Expectation(
      state: .stopped, reasons: [.staleImu, .frozenImu], withinS: 0.4)
    #expect(scenario.steps[1].what == .expect(expected))
    #expect(scenario.steps[2].what == .operate(.disarm) && scenario.steps[2].place.line == 6)
  }

  static let broken: [(what: String, from: String, to: String, words: String)] = [
    ("a reason that is none", "staleImu", "staleImuu", "Did you mean 'staleImu'?"),
    ("a state that is none", "expect: stopped", "expect: stoped", "Did you mean 'stopped'?"),
    ("two things in a step", "operator: disarm", "operator: stop, inject: pwm", "of their own"),
    ("nothing in a step", "operator: disarm", "within: 1 s", "has 0 of inject"),
    ("a fault without how", ", fault: off", "", "no 'fault' says how"),
    ("an end before the last step", "lasts: 6 s", "lasts: 3 s", "Write 'lasts: 4.5 s'"),
    ("an unknown key", "seed: 3", "sed: 3", "Did you mean 'seed'?"),
    ("no unit", "at: 4 s", "at: 4", "at")
  ]

  @Test("that is wrong is told where and what to do", arguments: broken.indices)
  func wrong(index: Int) {
    let (what, from, to, words) = Self.broken[index]
    let found = problems { $0.replacing(from, with: to) }
    #expect(!found.isEmpty, "\(what)")
    #expect(found.contains { "\($0)".contains(words) && $0.place != nil }, "\(what): \(found)")
  }

  @Test("that expects nothing is refused")
  func expectsNothing() {
    let found = problems {
      $0.split(separator: "\n").filter { !$0.contains("expect") }.joined(separator: "\n")
    }
    #expect(found.contains { "\($0)".contains("expects nothing") })
  }
}
