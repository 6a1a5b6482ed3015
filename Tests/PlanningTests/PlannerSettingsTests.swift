// SPDX-License-Identifier: Apache-2.0
import Planning
import Testing

@Suite struct PlannerSettingsTests {
  typealias Change = @Sendable (inout PlannerSettings) -> Void

  @Test func theDefaultsAreSound() throws {
    try PlannerSettings(bounds: [-1...1]).check(actionCount: 1)
    try PlannerSettings(bounds: [-1...1, 0...0]).check(actionCount: 2)
  }

  static let faults: [(String, Change)] = [
    ("candidates", { ($0.candidates, $0.elites) = (1, 1) }),
    ("horizon", { $0.horizon = 0 }),
    ("iterations", { $0.iterations = 0 }),
    ("elites", { $0.elites = 65 }),
    ("elites", { $0.elites = 0 }),
    ("noise", { ($0.noise, $0.minimumNoise) = (0, 0) }),
    ("noise", { $0.noise = .nan }),
    ("minimumNoise", { $0.minimumNoise = 0.8 }),
    ("minimumNoise", { $0.minimumNoise = -0.1 }),
    ("colour", { $0.colour = -1 }),
    ("colour", { $0.colour = .nan }),
    ("keepElites", { $0.keepElites = 1.1 }),
    ("decay", { $0.decay = 0.9 }),
    ("momentum", { $0.momentum = 1 }),
    ("chunk", { $0.chunk = -1 }),
    ("bounds", { $0.bounds = [] }),
    ("bounds", { $0.bounds = [0 ... .infinity, -1...1] }),
    ("cost", { $0.cost.pathWeight = -1 }),
    ("cost", { $0.cost.terminalWeight = .nan })
  ]

  @Test(arguments: faults.indices) func aSettingOutOfRangeIsNamed(fault: Int) {
    let (name, change) = Self.faults[fault]
    let settings = PlannerSettings.with([-1...1, -1...1], change)
    do throws(PlannerSettingsError) {
      try settings.check(actionCount: 2)
      Issue.record("accepted")
    } catch {
      #expect(error.setting == name)
      #expect(error.description.hasPrefix("planner setting \(name) is "))
    }
  }

  @Test func anActionWiderThanAPlanCarriesIsRefused() {
    let settings = PlannerSettings(bounds: Array(repeating: -1...1, count: 9))
    #expect(throws: PlannerSettingsError.self) { try settings.check(actionCount: 9) }
  }
}
