// SPDX-License-Identifier: Apache-2.0
import Board
import Intercom
import Threads

/// What is changed about a mind while it lives: taken by it before its next decision, in its own
/// thread.
///
/// `take` of the loop, `give` of the mind: each one thread.
public final class MindChanges: Sendable {
  private enum Change: Sendable {
    case goal(GoalPicture)
    case weights(BoardDescription.Planner)
  }

  /// A person's, one after the other.
  private let changes = Ring<Change?>(capacity: 8, of: nil)

  public init() {}

  /// False where as many wait as may. Thread: the loop.
  func take(_ goal: GoalPicture) -> Bool { changes.push(.goal(goal)) }

  func take(_ weights: BoardDescription.Planner) -> Bool { changes.push(.weights(weights)) }

  /// Thread: the mind.
  func give(to mind: PlanningMind) {
    while let change = changes.pop() {
      switch change {
      case .goal(let goal): mind.setGoal(picture: goal.pixels)
      case .weights(let weights): mind.adopt(weights)
      case nil: break
      }
    }
  }
}

/// A mind that thinks with a model and lets itself be told another goal, and other weights.
public final class TunableMind: Mind {
  public var actionCount: Int { mind.actionCount }
  private let mind: PlanningMind
  private let changes: MindChanges

  public init(_ mind: PlanningMind, _ changes: MindChanges) {
    (self.mind, self.changes) = (mind, changes)
  }

  public func decide(_ percept: Percept, isOutOfTime: () -> Bool) -> Decision {
    changes.give(to: mind)
    return mind.decide(percept, isOutOfTime: isOutOfTime)
  }
}
