// SPDX-License-Identifier: Apache-2.0
import Quantities
import Safety
import Testing

@Suite("Heat and place")
struct HeatTests {
  private static let limit = HeatLimit(sustained: 0.7, timeConstantS: 30)

  @Test("full power from cold for a while, then no more than is borne for ever")
  func falls() {
    var warm = limits
    warm.actuators[0].heat = Self.limit
    var bench = Bench.driving(warm)
    var (sum, count) = (0.0, 0.0)
    for tick in 0..<20_000 {
      let command = bench.tick().setPoints[0]
      if tick < 1500 { #expect(command == 1, "tick \(tick)") }
      #expect(command >= 0.7 - 1e-9)
      if tick >= 10_000 {
        sum += command * command
        count += 1
      }
    }
    #expect(abs((sum / count).squareRoot() - 0.7) < 1e-3)
  }

  @Test("whatever is commanded, the heat never passes what is borne", arguments: 1...50)
  func neverPasses(seed: UInt64) {
    var random = SeededGenerator(seed: seed, stream: "heat")
    let limit = HeatLimit(
      sustained: random.uniform(0.1...1), timeConstantS: random.uniform(0.05...100))
    var model = HeatModel(limit: limit, periodS: 0.01)
    for _ in 0..<5000 {
      let wish = random.uniform(-1...1) * 3
      model.feel(min(max(wish, -model.bound), model.bound))
      #expect(model.heat <= limit.sustained * limit.sustained * (1 + 1e-9), "seed \(seed)")
    }
  }

  @Test("a workspace holds what can stop inside it and outside what is kept out")
  func workspace() {
    let place = Workspace(radiusM: 2, keepOut: [.init(xM: 1, yM: 0, radiusM: 0.5)])
    #expect(place.holds([0, 0], stopM: 0.5))
    #expect(!place.holds([0, 0], stopM: 0.51))
    #expect(place.holds([0, 1.5], stopM: 0.5) && !place.holds([0, -1.51], stopM: 0.5))
    #expect(place.holds([1, 0.5], stopM: 0) && !place.holds([1, 0.49], stopM: 0))
    #expect(place.holds([-1.2, -1.5], stopM: 0) && !place.holds([-1.3, -1.6], stopM: 0))
    #expect(!place.holds([.nan, 0], stopM: 0) && !place.holds([0, 0], stopM: .nan))
  }
}
