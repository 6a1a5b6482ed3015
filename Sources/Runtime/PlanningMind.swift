// SPDX-License-Identifier: Apache-2.0
import Board
import Planning
import WorldModel

/// Mode-2 thinking: encode what is sensed, imagine candidates, choose the one that ends nearest the
/// goal.
///
/// Source: LeCun, "A Path Towards Autonomous Machine Intelligence" (2022), section 3.1.2:
/// perception, world model, cost and short-term memory in one perception-action episode.
public final class PlanningMind: Mind {
  public let actionCount: Int
  public let model: WorldModel
  public let planner: any Planner
  /// What it saw last. Shape: [latent].
  public var latent: [Float] { sight.latent }
  /// What the next look should show if the last decision is carried out. Shape: [latent].
  public var expectedLatent: [Float] { expected }
  private var sight: Sight
  private let dynamics: ImaginedDynamics
  private let holdDistance: Float
  private var lastAction = SIMD8<Float>.zero
  private var isHolding = false
  private var embedding: [Float]
  private var expected: [Float]
  private var hasExpectation = false
  /// Nil for robots that cannot back off (no camera, or not a differential drive).
  private var recovery: Recovery?
  /// Where the ways round are imagined to lead. Shape: [waysRound, length].
  private var ends = [Float](repeating: 0, count: Recovery.waysRound * Recovery.length)

  /// - Throws: `StartError.modelMismatch` when the model was trained for another robot.
  public init(board: BoardDescription, model: WorldModel, planner: any Planner) throws(StartError) {
    try Self.check(model, against: board)
    (self.model, self.planner) = (model, planner)
    actionCount = model.info.action.width
    sight = Sight(model: model)
    dynamics = ImaginedDynamics(
      model: model, rows: planner.settings.candidates, horizon: planner.settings.horizon,
      workers: board.planner.threads)
    holdDistance = Float(board.planner.holdDistance)
    let canBackOff =
      board.camera != nil && board.drive != nil && actionCount == 2
      && planner.settings.horizon >= Recovery.length
      && planner.settings.candidates >= Recovery.waysRound
    recovery = canBackOff ? Recovery() : nil
    embedding = [Float](repeating: 0, count: model.embeddingWidth)
    expected = [Float](repeating: 0, count: model.info.latent)
  }

  /// The goal is what the camera would see there. Shape: [height, width, 3] of the model's frame.
  public func setGoal(picture pixels: [UInt8]) {
    sight.encode(pixels)
    embed(sight.latent, into: &dynamics.goal)
  }

  /// The goal is to stand level and still.
  public func setGoalLevelRest() {
    sight.encodeLevelRest()
    embed(sight.latent, into: &dynamics.goal)
    sight.clear()
  }

  private func forget() {
    dynamics.memory.clear()
    sight.clear()
    planner.reset()
    recovery?.clear()
    (lastAction, isHolding, hasExpectation) = (.zero, false, false)
  }

  public func decide(_ percept: Percept, isOutOfTime: () -> Bool) -> Decision {
    if percept.isFirst { forget() }
    planner.effort = percept.effort
    sight.look(percept, lastAction: lastAction)
    guard sight.isReady else { return Decision(action: .zero) }
    dynamics.memory.append(sight.latent)
    for i in dynamics.features.indices { dynamics.features[i] = sight.features[i] }
    var decision = Decision(action: .zero)
    decision.surprise = surprise()
    decision.goalDistance = goalDistance()
    isHolding = (decision.goalDistance ?? .infinity) < holdDistance * (isHolding ? 1.3 : 1)
    decision.isHolding = isHolding
    choose(&decision, peakForceMS2: percept.peakForceMS2, isOutOfTime: isOutOfTime)
    lastAction = decision.action
    expect(decision.action)
    dynamics.memory.append(action: decision.action)
    return decision
  }

  /// Holds, goes round what is in the way, or plans.
  private func choose(
    _ decision: inout Decision, peakForceMS2: Double, isOutOfTime: () -> Bool
  ) {
    if isHolding {
      recovery?.clear()
      return planner.reset()
    }
    let distance = decision.goalDistance ?? 0
    if recovery?.observe(distance: distance, peakForceMS2: peakForceMS2) == true {
      beginRecovery()
    }
    if let left = recovery?.remaining, left > 0 {
      decision.action = recovery?.next() ?? .zero
      decision.isRecovering = true
      return planner.reset()
    }
    let plan = planner.plan(dynamics, isOutOfTime: isOutOfTime)
    decision.imagined = plan.imagined
    // Out of time before anything was imagined, and no plan of before to go on with: no decision.
    decision.isMade = plan.isUsable || plan.iterations > 0
    // An unusable plan must not look like a decision to stand still: NaN stops at the gate.
    decision.action = plan.isUsable ? plan.action : SIMD8<Float>(repeating: .nan)
    guard plan.isUsable else { return }
    recovery?.expect(planner.distances[0], action: plan.action)
    tell(&decision)
  }

  /// What it means to do, for whoever looks on.
  private func tell(_ decision: inout Decision) {
    let sequence = planner.sequence
    decision.planSteps = min(sequence.count, decision.plan.scalarCount) / actionCount
    for i in 0..<decision.planSteps * actionCount { decision.plan[i] = sequence[i] }
  }

  /// Picks the way round that is imagined to end nearest the goal.
  private func beginRecovery() {
    recovery?.drawUp()
    guard let ways = recovery?.candidates else { return }
    ways.withUnsafeBufferPointer { ways in
      ends.withUnsafeMutableBufferPointer { target in
        guard let from = ways.baseAddress, let to = target.baseAddress else { return }
        // SAFETY: [waysRound, length, 2] in, [waysRound, length] out; both outlive the call.
        dynamics.distances(
          candidates: from, rows: Recovery.waysRound, horizon: Recovery.length, into: to)
      }
    }
    func end(_ way: Int) -> Float { ends[(way + 1) * Recovery.length - 1] }
    var best = 0
    for way in 1..<Recovery.waysRound where end(way) < end(best) { best = way }
    recovery?.begin(best)
  }

  /// ||predicted - seen||^2 / D as a multiple of the 99th percentile on validation data.
  private func surprise() -> Float? {
    guard hasExpectation, let usual = model.info.surprise else { return nil }
    var sum: Float = 0
    for i in expected.indices {
      let difference = expected[i] - sight.latent[i]
      sum += difference * difference
    }
    return sum / Float(expected.count) / usual.latentErrorP99
  }

  private func goalDistance() -> Float {
    embed(sight.latent, into: &embedding)
    var sum: Float = 0
    for i in embedding.indices {
      let difference = embedding[i] - dynamics.goal[i]
      sum += difference * difference
    }
    return sum.squareRoot()
  }

  private func embed(_ latent: [Float], into result: inout [Float]) {
    result.withUnsafeMutableBufferPointer { target in
      latent.withUnsafeBufferPointer { source in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        // SAFETY: one row of the model's widths each.
        model.embed(rows: 1, latents: from, into: to)
      }
    }
  }

  /// What the next look should show, if the action is taken.
  private func expect(_ action: SIMD8<Float>) {
    hasExpectation = dynamics.predictOne(action, with: model, into: &expected)
  }

  private static func check(_ model: WorldModel, against board: BoardDescription) throws(StartError)
  {
    guard board.modelBoards.contains(model.info.board) else {
      throw .modelMismatch(
        model: model.path,
        what: "it was trained for board \(model.info.board), not for \(board.name)")
    }
    guard model.info.surprise != nil else {
      throw .modelMismatch(
        model: model.path,
        what: "it says no usual prediction error (surprise), without which the robot would not "
          + "notice that it is wrong; measure it on validation data and write it to the metadata")
    }
    let names = board.actions.map(\.name)
    guard model.info.action.names == names else {
      throw .modelMismatch(
        model: model.path,
        what: "its actions are \(model.info.action.names), the board's \(names)")
    }
    guard abs(model.info.stepS - board.rates.decisionPeriodS) < 1e-6 else {
      throw .modelMismatch(
        model: model.path,
        what:
          "it decides every \(model.info.stepS) s, the board every \(board.rates.decisionPeriodS) s"
      )
    }
    if let frame = model.info.frame {
      guard let camera = board.camera, camera.widthPx == frame.width,
        camera.heightPx == frame.height
      else {
        throw .modelMismatch(
          model: model.path,
          what: "it sees \(frame.width)x\(frame.height) pictures, the board's camera does not")
      }
    }
  }
}
