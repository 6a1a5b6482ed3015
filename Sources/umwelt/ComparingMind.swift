// SPDX-License-Identifier: Apache-2.0
import Board
import Planning
import Runtime
import WorldModel

/// Several minds in one robot: the int8 one drives, and the others, with fewer parts in int8, see,
/// remember and imagine the very same, so that their answers can be compared with float's.
final class ComparingMind: Mind {
  let actionCount: Int
  private let driver: PlanningMind
  private let watched: WatchedPlanner
  private let float: Shadow
  private let others: [(part: ComparedPart, shadow: Shadow)]
  private let comparisons: [ComparedPart: PrecisionComparison]

  /// A mind that decides what the driver does.
  private struct Shadow {
    let mind: PlanningMind
    let planner: EchoingPlanner
  }

  /// The same model with each part in int8, and in float.
  struct Models {
    let float: WorldModel
    let parts: [ComparedPart: WorldModel]

    /// Loads the file once for each.
    init(path: String, maximumRows: Int, boards: [String]) throws(ModelError) {
      func load(_ precision: Precisions) throws(ModelError) -> WorldModel {
        try WorldModel(path: path, precision: precision, maximumRows: maximumRows, boards: boards)
      }
      float = try load(.float)
      var parts: [ComparedPart: WorldModel] = [:]
      for part in ComparedPart.allCases { parts[part] = try load(part.precision) }
      self.parts = parts
    }
  }

  init(
    board: BoardDescription, models: Models, judge: any Judge, seed: UInt64,
    comparisons: [ComparedPart: PrecisionComparison]
  ) throws(StartError) {
    let watched = WatchedPlanner(
      ICEM(settings: PlannerSettings(board), actionCount: board.actions.count, seed: seed))
    func shadow(_ model: WorldModel) throws(StartError) -> Shadow {
      let planner = EchoingPlanner(watched)
      return Shadow(
        mind: try PlanningMind(board: board, model: model, planner: planner), planner: planner)
    }
    guard let int8 = models.parts[.both] else { preconditionFailure("no model drives") }
    driver = try PlanningMind(board: board, model: int8, planner: watched)
    float = try shadow(models.float)
    var others: [(part: ComparedPart, shadow: Shadow)] = []
    for part in [ComparedPart.encoder, .predictor] {
      if let model = models.parts[part] { others.append((part, try shadow(model))) }
    }
    (self.watched, self.others, self.comparisons) = (watched, others, comparisons)
    actionCount = driver.actionCount
    for mind in minds { mind.setGoal(of: judge) }
  }

  private var minds: [PlanningMind] { [driver, float.mind] + others.map(\.shadow.mind) }

  func decide(_ percept: Percept, isOutOfTime: () -> Bool) -> Decision {
    watched.forget()
    let decision = driver.decide(percept, isOutOfTime: isOutOfTime)
    for shadow in [float] + others.map(\.shadow) {
      shadow.planner.forget()
      _ = shadow.mind.decide(percept, isOutOfTime: { false })
    }
    // Where one of them backs off on its own account there is nothing to compare.
    let hasAllPlanned = ([float] + others.map(\.shadow)).allSatisfy { !$0.planner.costs.isEmpty }
    if hasAllPlanned {
      compare(.both, driver, float.planner.costs(of: watched))
      for (part, shadow) in others { compare(part, shadow.mind, shadow.planner.costs) }
    }
    return decision
  }

  private func compare(_ part: ComparedPart, _ mind: PlanningMind, _ costs: [[Double]]) {
    guard let comparison = comparisons[part] else { return }
    comparison.add(
      zip(costs, float.planner.costs).map { PrecisionComparison.Costs(int8: $0, float: $1) })
    comparison.add(seen: mind.latent, float.mind.latent)
    comparison.add(imagined: mind.expectedLatent, float.mind.expectedLatent)
  }
}
