// SPDX-License-Identifier: Apache-2.0
import Planning
import Testing

@Suite struct GaussNewtonTests {
  /// residual = M (a - target), bent by `bend`; counts what it is asked.
  private final class Bowl: ResidualDynamics {
    let actionCount = 2
    let residualCount = 6
    let target: [Float]
    let bend: Float
    var isBroken = false
    private(set) var evaluations = 0
    private(set) var seen: [Float] = []

    init(target: [Float], bend: Float = 0) {
      (self.target, self.bend) = (target, bend)
    }

    func residuals(
      candidates: UnsafePointer<Float>, rows: Int, horizon: Int,
      into residuals: UnsafeMutablePointer<Float>
    ) {
      evaluations += rows
      let size = horizon * actionCount
      seen += (0..<rows * size).map { candidates[$0] }
      for row in 0..<rows {
        for k in 0..<residualCount {
          var sum: Float = 0
          for i in 0..<size {
            let off = candidates[row * size + i] - target[i]
            let weight = Float((i * 7 + k * 5) % 11) / 11 + (i == k ? 1 : 0)
            sum += weight * (off + bend * off * off)
          }
          residuals[row * residualCount + k] = isBroken ? .nan : sum
        }
      }
    }

    func distances(
      candidates: UnsafePointer<Float>, rows: Int, horizon: Int,
      into distances: UnsafeMutablePointer<Float>
    ) {
      var found = [Float](repeating: 0, count: rows * residualCount)
      residuals(candidates: candidates, rows: rows, horizon: horizon, into: &found)
      for row in 0..<rows {
        let part = found[row * residualCount..<(row + 1) * residualCount]
        let length = part.reduce(0) { $0 + $1 * $1 }.squareRoot()
        for step in 0..<horizon { distances[row * horizon + step] = length }
      }
    }
  }

  /// The cost of standing still.
  private func start(_ bowl: Bowl) -> Float {
    var residual = [Float](repeating: 0, count: bowl.residualCount)
    bowl.residuals(candidates: [0, 0, 0, 0, 0, 0], rows: 1, horizon: 3, into: &residual)
    return residual.reduce(0) { $0 + $1 * $1 }
  }

  private let bounds: [ClosedRange<Float>] = [-1...1, -2...2]

  private func planner(iterations: Int = 6) -> GaussNewton {
    GaussNewton(bounds: bounds, horizon: 3, iterations: iterations)
  }

  @Test("a goal that can be reached is reached")
  func aGoalThatCanBeReachedIsReached() {
    for bend in [Float(0), 0.1] {
      let bowl = Bowl(target: [0.3, -1.2, 0.8, 0.1, -0.5, 1.5], bend: bend)
      let planner = planner()
      planner.plan(bowl)
      #expect(planner.cost < 1e-4, "\(bend)")
      for (a, b) in zip(planner.sequence, bowl.target) { #expect(abs(a - b) < 0.02) }
    }
  }

  @Test("no candidate leaves the bounds, whatever the goal")
  func noCandidateLeavesTheBounds() {
    let bowl = Bowl(target: [5, -9, 5, -9, 5, -9])
    let planner = planner()
    planner.plan(bowl)
    for (index, value) in bowl.seen.enumerated() { #expect(bounds[index % 2].contains(value)) }
    #expect(planner.cost < 0.8 * start(bowl))
  }

  @Test("an iteration imagines one candidate an action and a few steps")
  func anIterationImaginesOneCandidateAnActionAndAFewSteps() {
    let bowl = Bowl(target: [0, 0, 0, 0, 0, 0])
    planner(iterations: 2).plan(bowl)
    #expect(bowl.evaluations == 2 * (7 + 16))
    #expect(planner().batch == 16)
  }

  @Test("a guess is where it starts, and a worse plan never takes its place")
  func aGuessIsWhereItStarts() {
    let bowl = Bowl(target: [0.5, 0.5, 0.5, 0.5, 0.5, 0.5])
    let planner = planner(iterations: 1)
    planner.plan(bowl, from: bowl.target)
    #expect(planner.sequence == bowl.target && planner.cost == 0)
  }

  @Test("futures that are not finite leave the first guess and an infinite cost")
  func futuresThatAreNotFiniteLeaveTheFirstGuess() {
    let bowl = Bowl(target: [0, 0, 0, 0, 0, 0])
    bowl.isBroken = true
    let planner = planner()
    planner.plan(bowl)
    #expect(planner.sequence == [0, 0, 0, 0, 0, 0] && planner.cost == .infinity)
    #expect(bowl.seen.allSatisfy { $0.isFinite })
  }
}
